"""A share of n images is k / n: which printed shares a test size can have given, and the smallest that fits them all.

Rounding narrows a share to an interval (compare Brown and Heathers 2017, SPPS 8:363, on means); which one, says
augury.published.audit.hypotheses.
"""

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np

from augury.published.audit.printed import Value

MOST = 20_000  # the largest test size that is looked for
TIES = ("up", "down", "even")
WHOLE = 10**16  # all shares here are counted in parts of it: whole numbers are quick, and exact for printed digits
Share = int | Fraction
Interval = tuple[Share, Share]  # least and greatest, both included
ANY: Interval = (0, WHOLE)


def counts(share: Interval, n: int) -> range:
    """Every k for which k of n images is a share within the interval; empty where there is none.

    >>> printed_as_93 = (925 * WHOLE // 1000, 935 * WHOLE // 1000)
    >>> list(counts(printed_as_93, 15)), list(counts(printed_as_93, 10))
    ([14], [])
    """
    return range(max(0, -(-share[0] * n // WHOLE)), min(n, share[1] * n // WHOLE) + 1)


def fits(share: Interval, n: int) -> bool:
    """Whether some k of n images is such a share."""
    return len(counts(share, n)) > 0


def fits_together(precision: Interval, recall: Interval, f1: Interval, n: int) -> bool:
    """Whether some number of hits among n true and some number of called images gives all three.

    Without a hit precision and F1 are 0; where nothing is called, precision may be printed as 1 as well.
    """
    for hits in counts(recall, n):
        if not hits:
            if (precision[0] <= 0 or precision[1] >= WHOLE) and f1[0] <= 0:
                return True
            continue
        if precision[1] <= 0 or f1[1] <= 0:
            continue
        least = max(hits, -(-hits * WHOLE // precision[1]), -(-2 * hits * WHOLE // f1[1]) - n)
        by_precision = hits * WHOLE // precision[0] if precision[0] > 0 else math.inf
        by_f1 = 2 * hits * WHOLE // f1[0] - n if f1[0] > 0 else math.inf
        if least <= min(by_precision, by_f1):
            return True
    return False


def harmonic(precision: Share, recall: Share) -> Fraction:
    """F1 of a precision and a recall.

    >>> harmonic(Fraction(1, 2), Fraction(1))
    Fraction(2, 3)
    """
    return Fraction(2 * precision * recall) / (precision + recall) if precision + recall else Fraction(0)


def f1_of(precision: Interval, recall: Interval) -> Interval:
    """Least and greatest F1: it grows with both."""
    return harmonic(precision[0], recall[0]), harmonic(precision[1], recall[1])


def f1_of_means(precision: Interval, recall: Interval) -> Interval:
    """The same where all three are means: F1 is concave, so between its value at the means and its convex hull."""
    return max(0, precision[0] + recall[0] - WHOLE), harmonic(precision[1], recall[1])


def sizes(share: Interval, most: int) -> list[int]:
    """Every n up to `most` of which some k may be such a share, and hardly any other: counts() then decides."""
    n = np.arange(1, most + 1)
    low, high = (float(end) / WHOLE for end in share)
    return n[np.floor(high * n + 1e-6) >= np.ceil(low * n - 1e-6)].tolist()


def smallest(printed: Iterable[Value]) -> int | None:
    """The smallest n that fits every value, with one rule for ties; None where none up to MOST does."""
    values = list({each.text: each for each in printed}.values())
    most = min(MOST, int(1 / (2 * min(value.half for value in values))))  # 100 images fit whatever has two digits
    fits = [_all_fit(values, ties, most) for ties in TIES]
    first = [int(np.argmax(fit)) + 1 for fit in fits if fit.any()]
    return min(first, default=None)


def _all_fit(values: Sequence[Value], ties: str, most: int) -> np.ndarray:
    n = np.arange(1, most + 1)
    fit = np.ones(most, dtype=bool)
    for value in values:
        # k / n lies within (2 a - 1) / (2 d) and (2 a + 1) / (2 d), where a / d is the printed number: whole numbers.
        double, last = int(1 / value.half), int(value.value / (2 * value.half))
        low, high = (2 * last - 1) * n, (2 * last + 1) * n
        least, greatest = -(-low // double), high // double
        even = ties == "even" and last % 2 == 0
        least += (low % double == 0) & (ties != "up" and not even)
        greatest -= (high % double == 0) & (ties != "down" and not even)
        fit &= np.maximum(least, 0) <= np.minimum(greatest, n)
    return fit


def mean(shares: Sequence[Interval], weights: Sequence[int] | None = None) -> Interval:
    """Least and greatest mean of shares, each weighed by its number of images or all alike."""
    weights = weights or [1] * len(shares)
    low, high = (sum(w * each[end] for w, each in zip(weights, shares, strict=True)) for end in (0, 1))
    return Fraction(low) / sum(weights), Fraction(high) / sum(weights)


def counted(share: Interval, n: int) -> Interval:
    """The interval narrowed to whole numbers of hits; as it is where none fits."""
    hits = counts(share, n)
    return (Fraction(hits[0] * WHOLE, n), Fraction(hits[-1] * WHOLE, n)) if hits else share


def hull(shares: Sequence[Interval]) -> Interval:
    """From the least to the greatest."""
    return min(low for low, _ in shares), max(high for _, high in shares)


def shown(share: Interval) -> str:
    """An interval in words."""
    return f"from {float(share[0]) / WHOLE:.4f} to {float(share[1]) / WHOLE:.4f}"


def overlap(first: Interval, second: Interval) -> bool:
    """Whether two intervals share a number."""
    return first[0] <= second[1] and second[0] <= first[1]
