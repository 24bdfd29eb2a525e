"""tables/verdict.tsv: whether each arm helps; tables/differences.tsv: every single run against its baseline."""

import dataclasses

from augury.tables.columns import column

ALL = "all"  # class of a row over all classes
HELPS, HURTS, EQUIVALENT, UNDERPOWERED, LEAK = "helps", "hurts", "equivalent", "underpowered", "not judged: leak"
WORDS = (HELPS, HURTS, EQUIVALENT, UNDERPOWERED, LEAK)


@dataclasses.dataclass(frozen=True, slots=True)
class VerdictRow:
    """An arm against the baseline on the test part, for one classifier, class and measure."""

    arm: str = column("the arm that is judged")
    baseline: str = column("the arm that it is compared with")
    classifier: str = column("the classifier; empty for predictions from elsewhere that name none")
    class_: str = column("the class, or `all`")
    measure: str = column("accuracy (of one class: recall), f1 or auroc; f1 and auroc of `all` are means over classes")
    word: str = column("`helps`, `hurts`, `equivalent`, `underpowered` or `not judged: leak`; p_holm and "
                       "p_equivalence_holm decide it")  # fmt: skip
    leaked: bool = column("whether a training of either side may have seen its test images")
    n_splits: int = column("splits in which both were judged")
    n_runs: int = column("pairs of runs of equal split and seed")
    n_specimens: int = column("distinct test specimens (of the class)")
    baseline_value: float | None = column("the baseline's measure, mean over seeds, then over splits")
    arm_value: float | None = column("the arm's measure, likewise")
    difference: float | None = column("the arm's measure minus the baseline's")
    low: float | None = column("lower end of the difference's interval, at the level 1 - alpha (usually 95%)")
    high: float | None = column("upper end of that interval")
    margin: float = column("difference within which two arms count as equivalent")
    p: float | None = column("p value of no difference: the one that decides; counts specimens, seeds, training sets")
    p_holm: float | None = column("p corrected by Holm over all rows of this measure (of all rows by class together)")
    p_equivalence: float | None = column("larger p value of two one-sided tests that the difference is beyond the "
                                         "margin")  # fmt: skip
    p_equivalence_holm: float | None = column("p_equivalence corrected by Holm over the same rows")
    power: float | None = column("chance to resolve a true difference as large as the margin, if splits differ as much "
                                 "as is allowed for")  # fmt: skip
    detectable: float | None = column("the true difference that would be resolved with the power asked for (usually "
                                      "80%)")  # fmt: skip
    specimens_needed: int | None = column("test specimens that would resolve a difference as large as the margin; "
                                          "empty where the word is settled, or where no number would do")  # fmt: skip
    splits_needed: int | None = column("splits of these specimens that would; empty likewise, and where 1000 would "
                                       "not")  # fmt: skip
    specimen_low: float | None = column("lower end of the bootstrap interval over specimens, trained classifiers held "
                                        "fixed")  # fmt: skip
    specimen_high: float | None = column("upper end of that interval")
    split_sd: float | None = column("standard deviation of the difference over splits; empty for one split")
    seed_sd: float | None = column("standard deviation of the difference over the seeds of a split; empty for one seed")
    corrected_p: float | None = column("p value of the corrected resampled t-test over splits (Nadeau and Bengio); "
                                       "for comparison")  # fmt: skip
    decided_by: str = column("`specimens`: the test specimens and seeds, with an allowance for training sets; "
                             "`splits`: the corrected t-test, as splits differ by more than that")  # fmt: skip
    caution: str = column("what must be known of the arm's images, such as what a tool from outside was trained on")


@dataclasses.dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One run of an arm against the baseline's run of the same split and seed, on the test part."""

    arm: str = column("the arm that is judged")
    baseline: str = column("the arm that it is compared with")
    classifier: str = column("the classifier")
    split: str = column("the split")
    seed: int = column("seed of both trainings")
    leaked: bool = column("whether either training may have seen its test images")
    n_images: int = column("test images")
    n_specimens: int = column("test specimens")
    accuracy: float | None = column("the arm's accuracy minus the baseline's")
    f1: float | None = column("the difference in F1, mean over classes")
    auroc: float | None = column("the difference in AUROC, mean over classes")
    arm_only: int = column("specimens of whose images the arm calls more rightly")
    baseline_only: int = column("specimens of whose images the baseline calls more rightly")
    mcnemar_p: float = column("exact p value of McNemar's test on these two numbers")
