"""Measures by name, and their differences in the unit that a reader wants: points, or as they are."""

from augury.report import values
from augury.tables.measures import MEASURES
from augury.tables.verdict import ALL, VerdictRow

IN_POINTS = ("accuracy", "f1", "auroc", "worst_class_recall", "recall_gap")  # shares, or differences of shares


def title(row: VerdictRow) -> str:
    """The measure's name; a class's accuracy is its recall."""
    return "recall" if row.class_ != ALL and row.measure == "accuracy" else MEASURES[row.measure].title


def interval(row: VerdictRow, value: float | None, low: float | None, high: float | None) -> str:
    """A difference with its interval: +2.1 points [+0.3, +3.9], or -0.031 [-0.050, -0.012]."""
    if value is None or row.measure in IN_POINTS:
        return values.points(value, low, high)
    return f"{value:+.3f}" + ("" if low is None or high is None else f" [{low:+.3f}, {high:+.3f}]")


def change(row: VerdictRow, value: float) -> str:
    """A difference without its unit: +2.1, or -0.031."""
    return values.signed(value) if row.measure in IN_POINTS else f"{value:+.3f}"


def unit(row: VerdictRow) -> str:
    """What follows such a number."""
    return " points" if row.measure in IN_POINTS else ""


def number(row: VerdictRow, value: float | None, form: str = "") -> str:
    """The size of a difference, without sign and unit: 2.1, or 0.031."""
    if value is None:
        return "–"
    return f"{100 * value:{form or '.1f'}}" if row.measure in IN_POINTS else f"{value:{form or '.3f'}}"


def size(row: VerdictRow, value: float, form: str = "") -> str:
    """The same with its unit: 1 point, 2.1 points, or 0.031."""
    text = number(row, value, form)
    return f"{text}{' point' if (text, unit(row)) == ('1', ' points') else unit(row)}"


def level(row: VerdictRow) -> str:
    """The baseline's level: 83.3%, or 0.310."""
    return values.percent(row.baseline_value) if row.measure in IN_POINTS else values.share(row.baseline_value)


def room(row: VerdictRow) -> float:
    """How much better than the baseline an arm can be."""
    return MEASURES[row.measure].room(row.baseline_value or 0.0)
