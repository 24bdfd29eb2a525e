"""What gains are worth in real specimens, in words and as a table."""

from collections.abc import Sequence
from pathlib import Path

from augury.report import values
from augury.report.cells import Body, body, number, text
from augury.tables.table import read_rows
from augury.tables.worth import BEYOND, FLAT, MEASURED, UNKNOWN, WorthRow

_WHY = {
    FLAT: "the curve may be flat there, so that more specimens might do nothing",
    UNKNOWN: "it may be as good as any number that was measured",
}


def answers(rows: Sequence[WorthRow]) -> list[str]:
    """One sentence per arm and classifier, on accuracy."""
    return [f"{answer(row)}." for row in rows if row.point is None and row.measure == "accuracy"]


def answer(row: WorthRow) -> str:
    """Worth at least 12 more real specimens per class, at best guess 20; or why that cannot be determined."""
    of = f"{row.arm} with {row.classifier}" if row.classifier else row.arm
    if row.status not in (MEASURED, BEYOND):
        measured = f"measured from {row.n_low:.0f} to {row.n_high:.0f} specimens per class"
        return f"What {of} is worth in specimens cannot be determined: {_WHY.get(row.status, row.status)} ({measured})"
    guess = "" if row.worth is None else f", at best guess {_count(row.worth)}"
    beyond = f", beyond the {row.n_low:.0f} to {row.n_high:.0f} that were measured" if row.status == BEYOND else ""
    return f"{of} is {_range(row)} real specimens per class{guess}{beyond}"


def _range(row: WorthRow) -> str:
    """Worth at least 12 more; worth between 5 fewer and 20 more; no worse than 5 fewer."""
    low, high = row.worth_low, row.worth_high
    if low is not None and high is not None:
        return f"worth between {_count(low)} and {_count(high)}"
    if round(low or high or 0) == 0:  # not "at least 0 more", as of a curve that ends at the baseline
        sides = ("more", "fewer") if row.status == BEYOND else ("no fewer", "no more")
        return f"worth {sides[low is None]}"
    # "At most 5 fewer" could be read either way.
    if low is not None:
        return f"worth at least {_count(low)}" if round(low) >= 0 else f"no worse than {_count(low)}"
    high = high or 0.0
    return f"worth at most {_count(high)}" if round(high) >= 0 else f"no better than {_count(high)}"


def _count(worth: float) -> str:
    return f"{abs(worth):.0f} {'more' if round(worth) >= 0 else 'fewer'}"


def _whole(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def _worth(row: WorthRow) -> str:
    if row.status not in (MEASURED, BEYOND):
        return row.status
    ends = _range(row).removeprefix("worth ")
    return ends if row.worth is None else f"{row.worth:+.0f} ({ends})"


def worth(path: Path) -> Body:
    """One row per point of the curve or an arm, classifier and measure."""
    rows = read_rows(path, WorthRow)
    cells = {
        "arm": lambda row: text(row.arm),
        "classifier": lambda row: text(row.classifier),
        "measure": lambda row: text(row.measure),
        "worth, specimens per class": lambda row: text(_worth(row)),
        "specimens per class": lambda row: number(row.point, _whole),
        "value": lambda row: number(row.value, values.share, row.low, row.high),
        "fitted": lambda row: number(row.fitted, values.share),
    }
    return body(cells, rows, keys=3)
