"""The checks of a single row of a class: its recall among n images, and whether precision, recall and F1 agree."""

from collections.abc import Callable, Sequence

from augury.published.audit import granularity
from augury.published.audit.granularity import (
    ANY,
    WHOLE,
    Interval,
    f1_of,
    f1_of_means,
    fits,
    fits_together,
    harmonic,
    overlap,
    shown,
)
from augury.published.audit.hypotheses import Judged, Known, Reading, Rule, judge
from augury.published.audit.printed import ALL, Line, Value
from augury.published.audit.rows import finding
from augury.tables.audit import POSSIBLE, FindingRow

THREE = ("precision", "recall", "f1")
_FAR = 10  # times n: how far a size that fits is looked for


def of_class(line: Line, known: Known) -> list[FindingRow]:
    """A row's count, and the agreement of two or three of its measures."""
    findings = []
    if "recall" in line.values and line.n:
        findings.append(_count(line, line.n, known))
    if sum(name in line.values for name in THREE) > 1:
        countable = bool(line.n) and (not findings or findings[0].word == POSSIBLE)
        findings.append(_agreement(line, line.n if countable else None, known))
    return findings


def fits_size(line: Line, rule: Rule, worked_out: bool = True) -> Callable[[int], bool]:
    """Whether all that is printed of a class can be of n images in one run, as a function of n.

    worked_out: whether its F1 may have been worked out from its rounded precision and recall.
    """
    precision, recall, f1 = shares(line, rule)
    others = f1  # what F1 may be of the counts where it was worked out
    if worked_out and "f1" in line.values:
        if {"precision", "recall"} <= line.values.keys():
            printed = harmonic(line.values["precision"].value, line.values["recall"].value) * WHOLE
            others = ANY if f1[0] <= printed <= f1[1] else f1
        else:
            # F1 changes by at most twice what its parts do, of which one is not shown.
            hidden = int(2 * max(each.half for each in line.values.values()) * WHOLE)
            others = (max(f1[0] - hidden, 0), min(f1[1] + hidden, WHOLE))
    return lambda n: fits_together(precision, recall, others, n)


def shares(line: Line, rule: Rule) -> tuple[Interval, Interval, Interval]:
    """What precision, recall and F1 may have been before they were rounded; anything where they are not printed."""
    precision, recall, f1 = (rule.bounds(line.values[name]) if name in line.values else ANY for name in THREE)
    return precision, recall, f1


def total(classes: Sequence[Line], known: Known) -> FindingRow | None:
    """Whether any division of all n among the classes fits every row; None where each row fits its own n."""
    if not all(line.n for line in classes) or all(fits_size(line, Rule.FREE)(line.n or 0) for line in classes):
        return None
    tested = sum(line.n or 0 for line in classes)

    def can(reading: Reading, rule: Rule) -> bool:
        left = tested
        for line in classes:
            left -= _least(line, left, rule)
            if left < 0:
                return reading is Reading.COUNTS
        return True

    judged = judge([Reading.TOTAL] if known.single_run else [Reading.TOTAL, Reading.COUNTS], can, known)
    words = f"n adds up to {tested}, and there are classes that give each row"
    if judged.word != POSSIBLE:
        needed = sum(_least(line, tested, Rule.FREE) for line in classes)
        words = f"the rows need at least {needed} images together, and n adds up to {tested}"
    return finding("size", ALL, "n", "", judged, tested, words)


def judge_count(printed: Value, n: int, known: Known) -> Judged:
    """Whether the number is the share of a count of n images, or of the counts of several runs."""

    def can(reading: Reading, rule: Rule) -> bool:
        return reading is Reading.COUNTS or fits(rule.bounds(printed), n)

    return judge([Reading.RUN] if known.single_run else [Reading.RUN, Reading.COUNTS], can, known)


def _least(line: Line, most: int, rule: Rule) -> int:
    """The smallest class that fits a row, at most `most` + 1."""
    likely = granularity.sizes(shares(line, rule)[1], most)
    return next(filter(fits_size(line, rule), likely), most + 1)


def _count(line: Line, n: int, known: Known) -> FindingRow:
    printed = line.values["recall"]
    judged = judge_count(printed, n, known)
    k = round(printed.value * n)
    words = f"{k} of {n} images"
    if judged.word != POSSIBLE:
        near = " and ".join(f"{each}/{n} = {each / n:.4f}" for each in sorted({max(k - 1, 0), k, min(k + 1, n)}))
        words = f"no count of {n} images is printed so ({near})"
        words += _nearest(line, n, lambda rule: lambda size: fits(rule.bounds(printed), size))
    return finding("count", line.class_, "recall", printed.text, judged, n, words)


def _agreement(line: Line, n: int | None, known: Known) -> FindingRow:
    """n: of the class, where its counts can be asked for."""
    measures = [name for name in THREE if name in line.values]
    single = [Reading.OWN_F1, Reading.ANY_F1] if n else [Reading.ANSWERS]
    several = [Reading.ANSWERS] * bool(n) + [Reading.ALIKE, Reading.LEFT_OUT]

    def can(reading: Reading, rule: Rule) -> bool:
        if n and reading in (Reading.OWN_F1, Reading.ANY_F1):
            return fits_size(line, rule, worked_out=reading is Reading.ANY_F1)(n)
        precision, recall, f1 = shares(line, rule)
        agree = f1_of if reading is Reading.ANSWERS else f1_of_means
        return reading is Reading.LEFT_OUT or overlap(agree(precision, recall), f1)

    judged = judge(single if known.single_run else single + several, can, known)
    printed = ", ".join(line.values[name].text for name in measures)
    words = f"{', '.join(measures[:-1])} and {measures[-1]} agree"
    if judged.word != POSSIBLE:
        words = _disagreement(line, None if can(single[-1], Rule.FREE) else n, measures)
    return finding("agreement", line.class_, measures[-1], printed, judged, n, words)


def _disagreement(line: Line, n: int | None, measures: Sequence[str]) -> str:
    if n:
        words = f"no number of hits among {n} images gives {', '.join(measures[:-1])} and {measures[-1]} together"
        return words + _nearest(line, n, lambda rule: fits_size(line, rule))
    precision, recall, _ = shares(line, Rule.FREE)
    return f"precision and recall give an F1 {shown(f1_of(precision, recall))}"


def _nearest(line: Line, n: int, can: Callable[[Rule], Callable[[int], bool]]) -> str:
    """The sizes next to n that fit with ties rounded one way."""
    likely = granularity.sizes(shares(line, Rule.FREE)[1], _FAR * n)
    ways = [can(rule) for rule in (Rule.UP, Rule.EVEN, Rule.DOWN)]
    below = next((size for size in reversed(likely) if size < n and any(way(size) for way in ways)), None)
    above = next((size for size in likely if size > n and any(way(size) for way in ways)), None)
    if below is None:
        return f"; it needs at least {above}" if above else ""
    return f"; the nearest sizes that fit are {below}{f' and {above}' if above else ''}"
