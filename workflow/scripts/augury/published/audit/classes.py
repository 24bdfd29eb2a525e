"""The checks of a table with one row per class: each row, then all of them with their averages and the accuracy."""

from collections.abc import Sequence
from fractions import Fraction

from augury.published.audit import counts, granularity, labels
from augury.published.audit.granularity import Interval, counted, f1_of, hull, overlap, shown
from augury.published.audit.hypotheses import Known, Reading, Rule, judge
from augury.published.audit.printed import ALL, Line
from augury.published.audit.rows import finding, remark, unknown
from augury.tables.audit import CONDITIONAL, IMPOSSIBLE, POSSIBLE, UNKNOWN, FindingRow

_WITHOUT_END = Fraction(10**9)  # images called a class whose precision is printed as 0


def of_classes(lines: Sequence[Line], known: Known) -> list[FindingRow]:
    """All that can be said of the rows of one table."""
    classes = [line for line in lines if labels.kind(line.class_) == labels.CLASS]
    overall = [line for line in lines if labels.kind(line.class_) not in (labels.CLASS, labels.SPREAD)]
    findings = [row for line in classes for row in counts.of_class(line, known)]
    if len({line.class_ for line in classes}) < len(classes):
        words = "classes stand here more than once; add a column `arm` that tells their tables apart"
        return [*findings, unknown("agreement", ALL, "", words)]
    # A row whose n is the sum of all others may be a class or a total in words that are not known: whatever says less.
    total = sum(line.n or 0 for line in classes)
    totals = [line for line in classes if len(classes) > 2 and line.n and 2 * line.n == total]
    others = [line for line in classes if line not in totals]
    alternatives = [_together(classes, overall, known)] + [_together(others, [*overall, *totals], known)] * bool(totals)
    doubts = [[sum(row.word == word for row in rows) for word in (IMPOSSIBLE, CONDITIONAL)] for rows in alternatives]
    return findings + alternatives[doubts.index(min(doubts))]


def _together(classes: Sequence[Line], overall: Sequence[Line], known: Known) -> list[FindingRow]:
    total = counts.total(classes, known) if classes else None
    findings = [total] if total else []
    if classes and all("recall" in line.values for line in classes):
        findings.append(_size(classes))
        findings += [_accuracy(classes, line, known) for line in overall if "accuracy" in line.values]
        if all("precision" in line.values for line in classes):
            findings.append(_calls(classes, known))
    return findings + [row for line in overall for row in _averages(classes, line, known)]


def _size(classes: Sequence[Line]) -> FindingRow:
    least = granularity.smallest(line.values["recall"] for line in classes)
    words = f"the smallest test size that fits all {len(classes)} recalls, if it is that of every class, in one run"
    return remark("size", ALL, "recall", POSSIBLE if least else UNKNOWN, least, words)


def _accuracy(classes: Sequence[Line], overall: Line, known: Known) -> FindingRow:
    printed = overall.values["accuracy"]
    sizes = [line.n or 0 for line in classes]
    sized = all(line.n is not None for line in classes) and sum(sizes) > 0

    def accuracies(reading: Reading, rule: Rule) -> Interval:
        recalls = [rule.bounds(line.values["recall"]) for line in classes]
        if sized and (reading is Reading.SHARE or known.single_run):
            recalls = [counted(recall, n) for recall, n in zip(recalls, sizes, strict=True)]
        if reading is Reading.SAME:
            return hull(recalls)
        return granularity.mean(recalls, sizes if reading in (Reading.SHARE, Reading.WEIGHED) else None)

    def can(reading: Reading, rule: Rule) -> bool:
        return reading is Reading.ELSEWHERE or overlap(accuracies(reading, rule), rule.bounds(printed))

    single = [Reading.SHARE, Reading.MACRO] if sized else [Reading.EQUAL, Reading.SAME]
    several = [Reading.WEIGHED, Reading.SAME, Reading.ELSEWHERE] if sized else [Reading.ELSEWHERE]
    judged = judge(single if known.single_run else single + several, can, known)
    mean = float(sum(line.values["recall"].value for line in classes) / len(classes))
    kind = "with these n" if sized else "for classes of equal size"
    words = f"the mean recall is {mean:.3f}; {kind} the accuracy lies {shown(accuracies(single[0], Rule.FREE))}"
    return finding("agreement", ALL, "accuracy", printed.text, judged, None, words)


def _averages(classes: Sequence[Line], row: Line, known: Known) -> list[FindingRow]:
    if not classes:
        return []
    return [
        _average(classes, row, measure, known)
        for measure in counts.THREE
        if measure in row.values and all(measure in line.values for line in classes)
    ]


def _average(classes: Sequence[Line], row: Line, measure: str, known: Known) -> FindingRow:
    kind, printed = labels.kind(row.class_), row.values[measure]
    sizes = [line.n or 0 for line in classes]
    sized = all(line.n is not None for line in classes) and sum(sizes) > 0
    first = {labels.MACRO: [Reading.MEAN], labels.WEIGHTED: [Reading.BY_N] * sized}.get(kind, [])
    readings = first or [Reading.BETWEEN]
    if measure == "f1":
        readings = [*readings, Reading.F1_OF_MEANS]
    if measure == "f1" and all({"precision", "recall"} <= line.values.keys() for line in classes):
        readings = [*readings, Reading.COPIED_F1S]
    if not known.single_run:
        readings += [Reading.BETWEEN] * (kind == labels.WEIGHTED and sized) + [Reading.LEFT_OUT]

    def averages(reading: Reading, rule: Rule) -> Interval:
        if reading is Reading.F1_OF_MEANS:
            return f1_of(*counts.shares(row, rule)[:2])
        shown = [rule.bounds(line.values[measure]) for line in classes]
        if reading is Reading.COPIED_F1S:
            shown = [
                hull([each, f1_of(*counts.shares(line, rule)[:2])]) for each, line in zip(shown, classes, strict=True)
            ]
            reading = readings[0]
        if reading is Reading.BETWEEN:
            return hull(shown)
        return granularity.mean(shown, sizes if reading is Reading.BY_N else None)

    def can(reading: Reading, rule: Rule) -> bool:
        return reading is Reading.LEFT_OUT or overlap(averages(reading, rule), rule.bounds(printed))

    judged = judge(readings, can, known)
    words = f"of the {len(classes)} classes shown it lies {shown(averages(readings[0], Rule.FREE))}"
    return finding("agreement", row.class_, measure, printed.text, judged, None, words)


def _calls(classes: Sequence[Line], known: Known) -> FindingRow:
    """Each answer calls one class: hits / precision, added up, are as many as the images tested."""
    sizes = [line.n or 0 for line in classes]
    sized = all(sizes)

    def called(line: Line, rule: Rule, n: int) -> Interval:
        """The least and the greatest number of images called a class, for each that is of it."""
        precision, recall, _ = counts.shares(line, rule)
        recall = counted(recall, n) if n else recall
        least = Fraction(recall[0]) / precision[1] if precision[1] > 0 else Fraction(0)
        return least, Fraction(recall[1]) / precision[0] if precision[0] > 0 else _WITHOUT_END

    def can(reading: Reading, rule: Rule) -> bool:
        if reading is Reading.OPEN:
            return True
        by_n = reading is Reading.CLOSED_N
        shares = [called(line, rule, size if by_n else 0) for line, size in zip(classes, sizes, strict=True)]
        low, high = granularity.mean(shares, sizes) if by_n else hull(shares)
        return low <= 1 <= high

    judged = judge([Reading.CLOSED_N] * sized + [Reading.CLOSED, Reading.OPEN], can, known)
    words = "as many images are called a class as there are"
    if judged.word != POSSIBLE:
        ends = [called(line, Rule.FREE, size) for line, size in zip(classes, sizes, strict=True)]
        low, high = map(float, granularity.mean(ends, sizes) if sized else hull(ends))
        words = f"for each image tested {low:.3f} to {high:.3f} are called one of the classes, by recall / precision"
    return finding("calls", ALL, "precision", "", judged, None, words)
