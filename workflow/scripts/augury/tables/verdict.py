"""tables/verdict.tsv: whether each arm helps."""

import dataclasses

from augury.tables.columns import column
from augury.tables.declaration import Table, has_classifiers
from augury.tables.measures import LOWER_IS_BETTER, MEASURES

ALL = "all"  # class of a row over all classes
HELPS, HURTS, EQUIVALENT, UNDERPOWERED, LEAK = "helps", "hurts", "equivalent", "underpowered", "not judged: leak"
PRIMARY, CONTROLS, SECONDARY, BY_CLASS = "primary", "controls", "secondary", "by class"  # how families begin


_MEASURES = "of one class: accuracy (recall), f1 or auroc; of all: " + "; ".join(
    f"{name} ({measure.about}{'; less is better' * (name in LOWER_IS_BETTER)})" for name, measure in MEASURES.items()
)


@dataclasses.dataclass(frozen=True, slots=True)
class VerdictRow:
    """An arm against the baseline on the test part, for one classifier, class and measure."""

    arm: str = column("the arm that is judged")
    baseline: str = column("the arm that it is compared with")
    classifier: str = column("the classifier; empty for predictions from elsewhere that name none")
    class_: str = column("the class, or `all`")
    measure: str = column(_MEASURES)
    family: str = column("the comparisons that p_holm is corrected over: `primary`, those that the study was made "
                         "for; or controls, secondary ones and classes, each measure and classifier for "
                         "itself")  # fmt: skip
    word: str = column("`helps`, `hurts`, `equivalent`, `underpowered` or `not judged: leak`; p_holm and "
                       "p_equivalence_holm decide it")  # fmt: skip
    leaked: bool = column("whether a training of either side may have seen its test images")
    n_splits: int = column("splits in which both were judged")
    n_runs: int = column("pairs of runs of equal split and seed; runs that are equal in all predictions count once")
    n_generators: int | None = column("trained generators per class behind the arm, over splits and seeds; empty where "
                                      "it is not known")  # fmt: skip
    n_specimens: int = column(
        "distinct test specimens (of the class; of worst_class_recall those of that class, of "
        "recall_gap those of the rarer classes)"
    )
    n_train: float | None = column("distinct training specimens, over all splits; empty where it is not known")
    baseline_value: float | None = column("the baseline's measure, mean over seeds, then over splits")
    arm_value: float | None = column("the arm's measure, likewise")
    difference: float | None = column("the arm's measure minus the baseline's, also where less is better")
    low: float | None = column("lower end of the difference's interval, at the level that goes with p_holm: it leaves "
                               "out 0 where p_holm is below alpha")  # fmt: skip
    high: float | None = column("upper end of that interval; a gain beyond it is ruled out, or, where less is better, "
                               "one beyond `low`")  # fmt: skip
    margin: float = column("difference within which two arms count as equivalent, in the measure's own units")
    p: float | None = column("p value of no difference for another collection of this size: test specimens, seeds and "
                             "training sets vary; at this look (looks)")  # fmt: skip
    p_holm: float | None = column("p corrected by Holm over the family")
    p_equivalence: float | None = column("larger p value of two one-sided tests that the difference is beyond the "
                                         "margin")  # fmt: skip
    p_equivalence_holm: float | None = column("p_equivalence corrected by Holm over the family")
    chance_hurts: float | None = column("posterior probability, with a flat prior, that the arm hurts by more than the "
                                        "margin")  # fmt: skip
    chance_within: float | None = column("posterior probability that the difference lies within the margin")
    chance_helps: float | None = column("posterior probability that the arm helps by more than the margin")
    power: float | None = column("chance to resolve a true difference as large as `target_difference`")
    target_difference: float = column("the gain that the study was asked to see")
    detectable: float | None = column("the true gain that would be resolved with the power asked for (usually 80%); "
                                      "empty where the baseline leaves no room for it")  # fmt: skip
    specimens_needed: int | None = column("test specimens, of a collection that is divided likewise, with which a "
                                          "target difference would be resolved; empty where the word is settled, and "
                                          "where no number would do")  # fmt: skip
    splits_needed: int | None = column("splits of the same specimens with which it would be; empty likewise, and where "
                                       "1000 would not do")  # fmt: skip
    here_low: float | None = column("lower end of the interval on these images: test specimens and seeds vary, "
                                    "training sets do not; of one comparison, at this look's level")  # fmt: skip
    here_high: float | None = column("upper end of that interval")
    here_p: float | None = column("p value of no difference on these images")
    specimen_low: float | None = column("lower end of the 95% interval over specimens alone, trained classifiers held "
                                        "fixed")  # fmt: skip
    specimen_high: float | None = column("upper end of that interval")
    split_sd: float | None = column("standard deviation of the difference over splits; empty for one split")
    seed_sd: float | None = column("standard deviation of the difference over the seeds of a split; empty for one seed")
    corrected_p: float | None = column("p value of the corrected resampled t-test over splits (Nadeau and Bengio); "
                                       "for comparison")  # fmt: skip
    decided_by: str = column("`specimens`: the test specimens, seeds, and what is allowed for training sets; `splits`: "
                             "the corrected t-test, as splits differ by more than that")  # fmt: skip
    look: int | None = column("which look at this comparison the word is of; see looks.tsv")
    looks: int | None = column("looks that were planned: p values, words and intervals are such that all of them "
                               "together err as often as alpha says")  # fmt: skip
    planned_splits: int | None = column("splits that were planned for the last of them")
    series: int | None = column("1, or one more than how often earlier runs were changed after they had been judged")
    unplanned_runs: int | None = column("pairs of runs added beyond what was planned; the row is without them")
    explored: float | None = column("the difference of all runs, where some were not planned; it decides nothing")
    explored_low: float | None = column("lower end of its interval, as if nobody had looked before")
    explored_high: float | None = column("upper end of that interval")
    caution: str = column("what must be known of the arm's images, such as what a tool from outside was trained on")


TABLE = Table(order=10, title="Verdicts", row=VerdictRow, made=has_classifiers)


def kind(row: VerdictRow) -> str:
    """What sort of family a row belongs to: primary, controls, secondary or by class."""
    return row.family.partition(":")[0]
