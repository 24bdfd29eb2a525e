"""Many tests at once."""

from collections.abc import Sequence


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjusted p values in the order given (Holm 1979, Scand. J. Statist. 6:65); None is no test and stays None."""
    places = sorted((place for place, p in enumerate(p_values) if p is not None), key=lambda place: p_values[place])
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for rank, place in enumerate(places):
        largest = max(largest, min(1.0, (len(places) - rank) * p_values[place]))
        adjusted[place] = largest
    return adjusted
