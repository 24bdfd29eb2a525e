"""A study of real images alone: how good each classifier is, how sure that is, and what it takes for what."""

from collections.abc import Sequence
from typing import NamedTuple

from augury.report import best
from augury.report.values import count
from augury.tables.classification import ClassificationRow
from augury.tables.confusions import ConfusionRow
from augury.tables.grouping import grouped

# A phone shows the first two on its first screen.
MEASURES = {"accuracy": "accuracy", "min_recall": "recall of the worst class", "f1": "F1", "auroc": "AUROC"}
MOST = 6  # classifiers that are not folded away
PAIRS = 4  # confused pairs on the first screen


class Range(NamedTuple):
    """A measure in words, and for its bar where the value and the ends of its interval lie, in percent."""

    value: str
    interval: str = ""
    middle: float | None = None
    low: float | None = None
    high: float | None = None


class Standing(NamedTuple):
    """One classifier."""

    name: str
    note: str
    ranges: Sequence[Range]


def standings(levels: Sequence[ClassificationRow]) -> list[Standing]:
    """A row for each classifier (and arm, where there are several), the best first."""
    found = best.choose(levels, [])
    if found is None:
        return []
    several = len({row.arm for row in levels}) > 1
    return [
        Standing(name, row.arm if several else "", [_range(row, measure) for measure in MEASURES])
        for name in found.order
        for row in found.levels[name].values()
    ]


def answer(levels: Sequence[ClassificationRow], confused: Sequence[ConfusionRow]) -> list[str]:
    """Which classifier, how good, how far ahead, and what it takes for what most often; none where none was judged."""
    found = best.choose(levels, [])
    if found is None:
        return []
    pairs = pairs_of_best(levels, confused)
    sentences = best.best(levels, [])
    if pairs:
        first = pairs[0]
        often = f"{first.wrong} of {count(first.answers, 'answer')}"
        sentences.append(f"What it confuses most is {first.class_}, taken for {first.predicted} in {often}.")
    return sentences


def pairs_of_best(levels: Sequence[ClassificationRow], confused: Sequence[ConfusionRow]) -> list[ConfusionRow]:
    """The pairs that the best classifier confuses, the most confused first."""
    found = best.choose(levels, [])
    if found is None:
        return []
    groups = grouped(confused, lambda row: (row.classifier, row.arm))
    return groups.get((found.level.classifier, found.level.arm), [])


def listed_pairs(pairs: Sequence[ConfusionRow]) -> list[tuple[str, str, str]]:
    """(true class, what it was taken for, in how many answers) of the first pairs."""
    return [(row.class_, row.predicted, f"{row.wrong} of {row.answers}") for row in pairs[:PAIRS]]


def _range(row: ClassificationRow, measure: str) -> Range:
    value, low, high = (getattr(row, f"{measure}{end}") for end in ("", "_low", "_high"))
    if value is None:
        return Range("–")
    if low is None or high is None:
        return Range(f"{value:.1%}", "", 100 * value, 100 * value, 100 * value)
    return Range(f"{value:.1%}", f"[{low:.1%}, {high:.1%}]", 100 * value, 100 * low, 100 * high)
