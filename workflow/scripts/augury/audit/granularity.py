"""A share of n images is k / n: which printed shares a test size can have given, and the smallest that fits them all.

Rounding is to the nearest (compare Brown and Heathers 2017, SPPS 8:363, on means). Which way a tie goes is not known: a
single number may have come either way, but the numbers of one table all went by one rule.
"""

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

from augury.audit.printed import Value

MOST = 20_000  # the largest test size that is looked for
TIES = ("up", "down", "even")


def counts(printed: Value, n: int, ties: str = "") -> range:
    """Every k for which k of n is printed so, empty where there is none; ties: one of TIES, or either way."""
    low, high = printed.low * n, printed.high * n
    even = ties == "even" and (printed.value / (2 * printed.half)) % 2 == 0
    least, most = math.ceil(low), math.floor(high)
    least += least == low and not (ties in ("", "up") or even)
    most -= most == high and not (ties in ("", "down") or even)
    return range(max(0, least), min(n, most) + 1)


def fits(printed: Value, n: int, ties: str = "") -> bool:
    """Whether some k of n images is printed so."""
    return len(counts(printed, n, ties)) > 0


def fits_together(precision: Value | None, recall: Value | None, f1: Value | None, n: int) -> bool:
    """Whether some number of hits among n true and m called images gives all that is printed of a class."""
    for hits in counts(recall, n) if recall else range(n + 1):
        for called in _called(precision, hits, n) if precision else range(hits, 3 * n + 1):
            score = Fraction(2 * hits, n + called)
            if f1 is None or f1.low <= score <= f1.high:
                return True
    return False


def smallest(printed: Iterable[Value]) -> int | None:
    """The smallest n that fits every value, with one rule for ties; None where none up to MOST does."""
    values = list({each.text: each for each in printed}.values())
    sizes = range(1, MOST + 1)
    return next((n for n in sizes if any(all(fits(each, n, ties) for each in values) for ties in TIES)), None)


def accuracy_range(recalls: Sequence[tuple[Value, int | None]]) -> tuple[Fraction, Fraction]:
    """Least and greatest accuracy with these recalls and test sizes; without sizes, of classes of equal size.

    With sizes only whole numbers of hits count; a recall that none fits stands with its rounding alone.
    """
    sizes = [n for _, n in recalls]
    if None in sizes:
        return tuple(Fraction(sum(getattr(each, end) for each, _ in recalls), len(recalls)) for end in ("low", "high"))
    ends = []
    for place, end in ((0, "low"), (-1, "high")):
        hits = [counts(each, n)[place] if fits(each, n) else getattr(each, end) * n for each, n in recalls]
        ends.append(Fraction(sum(hits), sum(sizes)))
    return ends[0], ends[1]


def _called(precision: Value, hits: int, n: int) -> range:
    # hits / called is printed as `precision`; without a hit it is 0, whatever was called.
    if not hits:
        return range(n + 1) if precision.low <= 0 else range(0)
    most = math.floor(hits / precision.low) if precision.low > 0 else 3 * n
    return range(max(hits, math.ceil(hits / precision.high)), most + 1)
