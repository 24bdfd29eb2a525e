"""The checks of a printed table, each with a sentence."""

from collections.abc import Sequence
from fractions import Fraction

from augury.audit import granularity
from augury.audit.printed import ALL, MEAN, MEASURES, Line, Value
from augury.metrics.generators import spread
from augury.tables.audit import IMPOSSIBLE, POSSIBLE, RESOLVED, UNKNOWN, UNRESOLVED, FindingRow

SIGNIFICANT = 0.05


def audit(lines: Sequence[Line], size: int | None = None, baseline: str = "") -> list[FindingRow]:
    """Everything that can be said: of classes and their overall row, then of arms over seeds.

    size: test images of each class, or of each seed, where the table does not say. baseline: the arm that others are
    compared with; by default the first.
    """
    lines = [Line(line.class_, line.arm, line.seed, line.n or size, line.values) for line in lines]
    return _of_classes([line for line in lines if line.class_]) + _of_seeds(
        [line for line in lines if line.arm], baseline
    )


def _of_classes(lines: Sequence[Line]) -> list[FindingRow]:
    classes = [line for line in lines if line.class_ != ALL]
    if not classes:
        return []
    found = [row for line in classes for row in _class(line)]
    recalls = [line.values["recall"] for line in classes if "recall" in line.values]
    if recalls:
        least = granularity.smallest(recalls)
        words = f"the smallest test size a class that fits all {len(recalls)} recalls"
        found.append(_row("size", ALL, "recall", "", POSSIBLE if least else IMPOSSIBLE, least, words))
        overall = [line.values["accuracy"] for line in lines if "accuracy" in line.values]
        if overall and len(recalls) == len(classes):
            found.append(_agreement(classes, overall[0], least))
    return found


def _class(line: Line) -> list[FindingRow]:
    found, held = [], line.values
    if "recall" in held and line.n:
        printed, n = held["recall"], line.n
        fits = granularity.fits(printed, n)
        k = round(printed.value * n)
        near = " and ".join(f"{each}/{n} = {each / n:.4f}" for each in sorted({max(k - 1, 0), k, min(k + 1, n)}))
        words = f"{k} of {n} images" if fits else f"no count of {n} images is printed so: {near}"
        found.append(_row("count", line.class_, "recall", printed.text, POSSIBLE if fits else IMPOSSIBLE, n, words))
    three = [held.get(name) for name in ("precision", "recall", "f1")]
    if None not in three:
        found.append(_three(line, *three))
    return found


def _three(line: Line, precision: Value, recall: Value, f1: Value) -> FindingRow:
    printed = f"{precision.text}, {recall.text}, {f1.text}"
    ends = [_harmonic(max(precision.low, 0), max(recall.low, 0)), _harmonic(precision.high, recall.high)]
    if f1.high < ends[0] or f1.low > ends[1]:
        words = f"precision and recall give an F1 from {float(ends[0]):.4f} to {float(ends[1]):.4f}"
        return _row("agreement", line.class_, "f1", printed, IMPOSSIBLE, None, words)
    if line.n and granularity.fits(recall, line.n) and not granularity.fits_together(precision, recall, f1, line.n):
        words = f"no number of hits among {line.n} images gives precision, recall and F1 together"
        return _row("agreement", line.class_, "f1", printed, IMPOSSIBLE, line.n, words)
    return _row("agreement", line.class_, "f1", printed, POSSIBLE, None, "precision, recall and F1 agree")


def _agreement(classes: Sequence[Line], accuracy: Value, least: int | None) -> FindingRow:
    sizes = [line.n for line in classes]
    known = None not in sizes
    # Sizes that the recalls themselves rule out say nothing about their mean: the smallest that fits takes their place.
    fitting = known and all(granularity.fits(line.values["recall"], line.n) for line in classes)
    used = sizes if fitting or len(set(sizes)) > 1 else [least] * len(sizes)
    low, high = granularity.accuracy_range([(line.values["recall"], n) for line, n in zip(classes, used, strict=True)])
    mean = float(sum(line.values["recall"].value for line in classes) / len(classes))
    agrees = low <= accuracy.high and accuracy.low <= high
    kind = "as sizes are given" if len(set(sizes)) > 1 else "for classes of equal size"
    words = (
        f"the mean recall is {mean:.3f}; {kind} the accuracy lies from {float(low):.4f} to {float(high):.4f}, and "
        f"{accuracy.text} means {float(accuracy.low):.4f} to {float(accuracy.high):.4f}"
    )
    n = used[0] if len(set(used)) == 1 else None
    return _row("agreement", ALL, "accuracy", accuracy.text, POSSIBLE if agrees else IMPOSSIBLE, n, words)


def _of_seeds(lines: Sequence[Line], baseline: str) -> list[FindingRow]:
    arms = list(dict.fromkeys(line.arm for line in lines))
    seeds = {arm: [line for line in lines if line.arm == arm and line.seed != MEAN] for arm in arms}
    found = [row for arm in arms for row in _counts(seeds[arm])]
    accuracies = [line.values["accuracy"] for held in seeds.values() for line in held if "accuracy" in line.values]
    if accuracies:
        least = granularity.smallest(accuracies)
        words = f"the smallest test size that fits all {len(accuracies)} accuracies"
        found.append(_row("size", ALL, "accuracy", "", POSSIBLE if least else IMPOSSIBLE, least, words))
    for line in lines:
        if line.seed == MEAN:
            found += _means(line, seeds[line.arm])
    first = baseline or (arms[0] if arms else "")
    others = [arm for arm in arms if arm != first]
    return found + [row for arm in others for row in _gains(first, arm, seeds[first], seeds[arm])]


def _counts(lines: Sequence[Line]) -> list[FindingRow]:
    found = []
    for line in lines:
        printed = line.values.get("accuracy")
        if printed and line.n:
            fits = granularity.fits(printed, line.n)
            words = f"{'some' if fits else 'no'} count of {line.n} images is printed so"
            where = f"{line.arm}, seed {line.seed}"
            word = POSSIBLE if fits else IMPOSSIBLE
            found.append(_row("count", where, "accuracy", printed.text, word, line.n, words))
    return found


def _means(line: Line, seeds: Sequence[Line]) -> list[FindingRow]:
    found = []
    for measure, printed in line.values.items():
        held = [each.values[measure] for each in seeds if measure in each.values]
        if held:
            low, high = (Fraction(sum(getattr(each, end) for each in held), len(held)) for end in ("low", "high"))
            agrees = low <= printed.high and printed.low <= high
            words = f"the mean of {len(held)} seeds lies from {float(low):.4f} to {float(high):.4f}"
            word = POSSIBLE if agrees else IMPOSSIBLE
            found.append(_row("mean", line.arm, measure, printed.text, word, None, words))
    return found


def _gains(baseline: str, arm: str, first: Sequence[Line], second: Sequence[Line]) -> list[FindingRow]:
    found = []
    before = {line.seed: line.values for line in first}
    for measure in MEASURES:
        pairs = [
            float(line.values[measure].value - before[line.seed][measure].value)
            for line in second
            if measure in line.values and measure in before.get(line.seed, {})
        ]
        if not pairs:
            continue
        seen = spread(pairs)
        if seen.p is None:
            words = f"{seen.mean:+.4f} over {seen.n} seed(s), which show no spread"
            found.append(_row("gain", f"{arm} against {baseline}", measure, "", UNKNOWN, None, words))
            continue
        word = RESOLVED if seen.p < SIGNIFICANT else UNRESOLVED
        words = f"{seen.mean:+.4f} ({seen.low:+.4f} to {seen.high:+.4f}) over {seen.n} seeds, paired t-test"
        words += "; seeds of one test set say nothing of other images"
        found.append(_row("gain", f"{arm} against {baseline}", measure, "", word, None, words, seen.p))
    return found


def _harmonic(precision: Fraction, recall: Fraction) -> Fraction:
    return 2 * precision * recall / (precision + recall) if precision + recall else Fraction(0)


def _row(
    check: str, where: str, measure: str, printed: str, word: str, n: int | None, about: str, p: float | None = None
) -> FindingRow:
    return FindingRow(check, where, measure, printed, word, n, p, about)
