"""Axes of a chart that is drawn in percent of its area, so that it fits every screen."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from augury.planning.forecast.foretold import duration

_TIMES = (
    60,
    300,
    900,
    1800,
    3600,
    2 * 3600,
    4 * 3600,
    8 * 3600,
    16 * 3600,
    86400,
    3 * 86400,
    10 * 86400,
    30 * 86400,
    100 * 86400,
    365 * 86400,
)
_STEPS = (0.5, 1, 2, 5, 10, 20)
_MOST_TICKS = 6
_ROOM = 0.06  # of the area, beyond the first and the last value


@dataclass(frozen=True, slots=True)
class Axis:
    """From low to high, in logarithms or not; ticks are values and what they are called."""

    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    is_logarithmic: bool = False

    def place(self, value: float) -> float:
        """Where a value lies, in percent."""
        low, high, at = (math.log(each) if self.is_logarithmic else each for each in (self.low, self.high, value))
        return round(100 * (at - low) / (high - low), 2)

    @property
    def marks(self) -> list[tuple[float, str]]:
        """Where each tick lies, and what it is called."""
        return [(self.place(value), name) for value, name in self.ticks]


def logarithmic(seconds: Sequence[float]) -> Axis:
    """Of times, from minutes to months."""
    least, most = max(min(seconds), 1.0), max(max(seconds), 2.0)
    room = (most / least) ** _ROOM * 1.1
    low, high = least / room, most * room
    ticks = [(each, duration(each)) for each in _TIMES if low <= each <= high]
    return Axis(low, high, ticks or [(least, duration(least))], True)


def linear(values: Sequence[float]) -> Axis:
    """From 0 on."""
    high = max(values) * (1 + _ROOM) or 1.0
    step = next((each for each in _STEPS if high / each <= _MOST_TICKS), 50)
    return Axis(0.0, high, [(number * step, f"{number * step:g}") for number in range(int(high / step) + 1)])
