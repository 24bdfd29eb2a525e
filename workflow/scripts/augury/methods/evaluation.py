"""Measures, intervals, tests and corrections, as a paper tells them."""

from collections import Counter

from augury.citing.reference import Reference, cite
from augury.citing.shared import ICML
from augury.methods.facts import Facts, Paragraph
from augury.report.units import title
from augury.report.values import count, listed
from augury.settings.reading import checked
from augury.study.statistics import Statistics
from augury.tables.verdict import BY_CLASS, CONTROLS, PRIMARY, SECONDARY, VerdictRow, kind
from augury.verdict.variance import AUTO, PROBE

BOOTSTRAP = Reference(
    "efron1979bootstrap", "Efron, Bradley", "Bootstrap Methods: Another Look at the Jackknife", 1979,
    "The Annals of Statistics", "7", "1-26", doi="10.1214/aos/1176344552", kind="article",
)  # fmt: skip
TEMPERATURE = Reference(
    "guo2017calibration", "Guo, Chuan and Pleiss, Geoff and Sun, Yu and Weinberger, Kilian Q.",
    "On Calibration of Modern Neural Networks", 2017, ICML, arxiv="1706.04599", kind="inproceedings",
)  # fmt: skip
PSEUDO_COUNTS = Reference(
    "agresti2005simple", "Agresti, Alan and Min, Yongyi",
    "Simple improved confidence intervals for comparing matched proportions", 2005, "Statistics in Medicine", "24",
    "729-740", doi="10.1002/sim.1781", kind="article",
)  # fmt: skip
CORRECTED = Reference(
    "nadeau2003inference", "Nadeau, Claude and Bengio, Yoshua", "Inference for the Generalization Error", 2003,
    "Machine Learning", "52", "239-281", doi="10.1023/A:1024068626366", kind="article",
)  # fmt: skip
HOLM = Reference(
    "holm1979simple", "Holm, Sture", "A Simple Sequentially Rejective Multiple Test Procedure", 1979,
    "Scandinavian Journal of Statistics", "6", "65-70", kind="article",
)  # fmt: skip
TOST = Reference(
    "schuirmann1987comparison", "Schuirmann, Donald J.",
    "A comparison of the two one-sided tests procedure and the power approach for assessing the equivalence of average "
    "bioavailability", 1987, "Journal of Pharmacokinetics and Biopharmaceutics", "15", "657-680",
    doi="10.1007/BF01068419", kind="article",
)  # fmt: skip
BOUNDARY = Reference(
    "obrien1979multiple", "O'Brien, Peter C. and Fleming, Thomas R.",
    "A Multiple Testing Procedure for Clinical Trials", 1979, "Biometrics", "35", "549-556", doi="10.2307/2530245",
    kind="article",
)  # fmt: skip
MOST_ARMS = 8  # that are named one by one once more
_KINDS = {PRIMARY: "primary", CONTROLS: "of controls", SECONDARY: "secondary", BY_CLASS: "by single class"}


def measures(facts: Facts) -> Paragraph | None:
    """What was measured on which part, and with which interval; None where no classifier was judged."""
    if not facts.rows:
        return None
    statistics = checked(facts.settings.get("statistics"), Statistics)
    part = "test" if any(row.part == "test" for row in facts.rows) else "validation"
    fitted = facts.has_part("validation")
    at = f" at a temperature that was fitted to validation images{cite(TEMPERATURE)}" if fitted else ""
    text = (
        f"Classifiers were judged on the {part} part by accuracy, by precision, recall, F1, AUROC and average "
        "precision as means over classes, by the recall of the worst class, and by Brier score and log loss"
        f"{at}. Means were over seeds, then over splits. "
        f"95% intervals were of a bootstrap over specimens{cite(BOOTSTRAP)} ({statistics.bootstrap:,} replicates, seed "
        f"{statistics.seed}), with the trained classifiers held fixed."
    )
    if part == "validation":
        text += " There was no test part: as validation images chose epochs, these numbers are optimistic."
    return Paragraph("Evaluation", text, (TEMPERATURE, BOOTSTRAP) if fitted else (BOOTSTRAP,))


def verdict(facts: Facts) -> Paragraph | None:
    """Which comparisons were primary, which tests decided and how they were corrected; None without comparisons."""
    tested = [row for row in facts.judged if row.p is not None]
    if not tested:
        return None
    statistics = checked(facts.settings.get("statistics"), Statistics)
    baselines = listed(list(dict.fromkeys(row.baseline for row in tested)))
    references = [PSEUDO_COUNTS, CORRECTED, HOLM, TOST]
    sentences = [
        f"Each arm was compared with {baselines} on the same test images, classifier by classifier, in "
        f"{count(len(tested), 'comparison')}.",
        _primary(tested),
        "P values and intervals were of t-tests of the mean difference over seeds and splits, for another collection "
        f"of this size: the variance added that of test specimens (bootstrap, with "
        f"pseudo-counts{cite(PSEUDO_COUNTS)}), that of seeds, and an allowance of {_allowance(statistics)} "
        "times one specimen's variance over the number of training specimens for other training sets. "
        f"Where splits differed by more, the corrected resampled t-test{cite(CORRECTED)} decided if it was the "
        f"stricter one ({count(sum(row.decided_by == 'splits' for row in tested), 'comparison')}).",
        f"P values were corrected by Holm's method{cite(HOLM)} within families: {_families(tested)}.",
        f"An arm was said to help or to hurt where the corrected p value was below {statistics.alpha:g}, to be "
        f"equivalent where two one-sided tests{cite(TOST)}, likewise corrected, showed the difference to be below "
        f"{statistics.margin:g}, and else the comparison was called underpowered; the target difference was "
        f"{statistics.target_difference:g} at a power of {statistics.power:.0%}.",
    ]
    looks = max((row.looks or 1 for row in tested), default=1)
    if looks > 1:
        references.append(BOUNDARY)
        sentences.append(
            f"{looks} interim looks were planned, with levels by the boundary of O'Brien and Fleming{cite(BOUNDARY)}; "
            f"this was look {max(row.look or 1 for row in tested)}."
        )
    if any(row.unplanned_runs for row in tested):
        sentences.append("Runs that were added beyond the planned looks changed no word.")
    return Paragraph("Comparisons", " ".join(sentences), references)


def _allowance(statistics: Statistics) -> str:
    given = statistics.training_set_variance
    return f"{PROBE:g} (probes) and {AUTO:g} (others)" if given == "auto" else f"{given:g}"


def _primary(tested: list[VerdictRow]) -> str:
    rows = [row for row in tested if kind(row) == PRIMARY]
    if not rows:
        return "No comparison was primary: all were exploratory."
    arms, names, meant = (
        list(dict.fromkeys(each)) for each in ([row.arm for row in rows], [row.classifier for row in rows],
                                               [title(row) for row in rows])
    )  # fmt: skip
    of = f" with {listed(names)}" if any(names) else ""
    whose = listed(arms)
    if len(arms) > MOST_ARMS:
        compared = {row.arm for row in tested}
        whose = f"{'all ' if set(arms) == compared else ''}{len(arms)} arms"
    return (
        f"Primary, as the study's configuration had declared, {'was' if len(rows) == 1 else 'were'} "
        f"{count(len(rows), 'comparison')}: {whose}{of} in {listed(meant)}; no other was."
    )


def _families(tested: list[VerdictRow]) -> str:
    counts = Counter(kind(row) for row in tested)
    return listed([f"{counts[name]:,} {words}" for name, words in _KINDS.items() if counts[name]])
