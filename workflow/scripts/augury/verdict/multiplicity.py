"""Many tests at once."""

from collections.abc import Sequence


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjusted p values in the order given (Holm 1979, Scand. J. Statist. 6:65); None is no test and stays None."""
    return [None if pair is None else pair[0] for pair in holm_factors(p_values)]


def holm_factors(p_values: Sequence[float | None]) -> list[tuple[float, float] | None]:
    """(adjusted p, what p was multiplied by) in the order given.

    p below alpha over the factor is the same as the adjusted p below alpha: an interval at that level leaves out 0 just
    where the adjusted p resolves the difference.

    >>> holm_factors([0.01, 0.04, None, 0.03])
    [(0.03, 3.0), (0.06, 1.5), None, (0.06, 2.0)]
    """
    ranked = sorted((p, index) for index, p in enumerate(p_values) if p is not None)
    adjusted: list[tuple[float, float] | None] = [None] * len(p_values)
    largest = 0.0
    for rank, (p, index) in enumerate(ranked):
        largest = max(largest, (len(ranked) - rank) * p)
        adjusted[index] = min(1.0, largest), largest / p if p > 0 else float(len(ranked) - rank)
    return adjusted
