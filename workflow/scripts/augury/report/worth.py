"""What gains are worth in real specimens, in words and as a table."""

from collections.abc import Sequence
from pathlib import Path

from augury.report import values
from augury.report.cells import View, number, text
from augury.tables.columns import described
from augury.tables.table import read_rows
from augury.tables.worth import BEYOND, FLAT, TOLD, WorthRow

_WHY = {
    BEYOND: "its gain lies beyond the measured curve",
    FLAT: "the curve may be flat there, so that more specimens might do nothing",
}


def answers(rows: Sequence[WorthRow]) -> list[str]:
    """A sentence an arm and classifier, on accuracy."""
    return [f"{answer(row)}." for row in rows if row.point is None and row.measure == "accuracy"]


def answer(row: WorthRow) -> str:
    """As good as 37 (21 to 60) more real specimens a class; or why that cannot be told."""
    of = f"{row.arm} with {row.classifier}" if row.classifier else row.arm
    if row.told != TOLD:
        measured = f"measured from {row.n_low:.0f} to {row.n_high:.0f} specimens a class"
        return f"What {of} is worth in specimens cannot be told: {_WHY.get(row.told, row.told)} ({measured})"
    more = "more" if row.worth >= 0 else "fewer"
    return f"{of} is as good as {abs(row.worth):.0f} {more} ({_range(row)}) real specimens a class"


def _range(row: WorthRow) -> str:
    low, high = row.worth_low, row.worth_high
    below, above = row.n_low - row.n_baseline, row.n_high - row.n_baseline
    if low is not None and high is not None and (low >= 0) == (high >= 0):
        first, last = sorted((abs(low), abs(high)))
        return f"{first:.0f} to {last:.0f}"
    ends = [
        f"{'beyond ' if end is None else ''}{abs(told):.0f} {'more' if told >= 0 else 'fewer'}"
        for end, told in ((low, below if low is None else low), (high, above if high is None else high))
    ]
    return " to ".join(ends)


def _whole(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def _worth(row: WorthRow) -> str:
    return f"{row.worth:+.0f} ({_range(row)})" if row.told == TOLD else row.told


def worth(path: Path) -> View:
    """A row a point of the curve or an arm, classifier and measure."""
    rows = read_rows(path, WorthRow)
    cells = {
        "arm": lambda row: text(row.arm),
        "classifier": lambda row: text(row.classifier),
        "measure": lambda row: text(row.measure),
        "specimens a class": lambda row: number(row.point, _whole),
        "value": lambda row: number(row.value, values.share, row.low, row.high),
        "fitted": lambda row: number(row.fitted, values.share),
        "worth, specimens a class": lambda row: text(_worth(row)),
    }
    lines = [[make(row) for make in cells.values()] for row in rows]
    return View("worth", "What is it worth in real specimens?", path.name, list(cells), lines, "", described(WorthRow))
