"""The verdict on the page: the tables of comparisons."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from augury.report import gains, units, values
from augury.report.cells import Body, Cell, body, number, text
from augury.tables.differences import DifferenceRow
from augury.tables.measures import MEASURES
from augury.tables.table import read_rows
from augury.tables.verdict import ALL, VerdictRow, kind


def verdict(path: Path) -> Body:
    """One row per comparison: over all classes first, then by class."""
    rows = read_rows(path, VerdictRow)
    several = len({row.classifier for row in rows}) > 1
    cells = {
        "compared": lambda row: text(f"{row.arm} against {row.baseline}"),
        **({"classifier": lambda row: text(row.classifier)} if several else {}),
        "class": lambda row: text("all classes" if row.class_ == ALL else row.class_),
        "measure": lambda row: text(units.title(row)),
        "verdict": lambda row: text(row.word),
        "difference": lambda row: _interval(row, row.low, row.high),
        "family": lambda row: text(kind(row)),
        "p": lambda row: number(row.p_holm, values.p_value),
        "p, equivalent": lambda row: number(row.p_equivalence_holm, values.p_value),
        "would be seen": lambda row: number(row.detectable, lambda value: units.number(row, value)),
        "on these images": lambda row: _interval(row, row.here_low, row.here_high),
        "P(hurts)": lambda row: number(row.chance_hurts, _chance),
        "P(within the margin)": lambda row: number(row.chance_within, _chance),
        "P(helps)": lambda row: number(row.chance_helps, _chance),
        "specimens needed": lambda row: number(row.specimens_needed),
        "splits needed": lambda row: number(row.splits_needed),
        "splits": lambda row: number(row.n_splits),
        "runs": lambda row: number(row.n_runs),
        **({"generators": lambda row: number(row.n_generators)} if any(row.n_generators for row in rows) else {}),
        "specimens": lambda row: number(row.n_specimens),
        "decided by": lambda row: text(row.decided_by),
        **({"caution": lambda row: text(row.caution)} if any(row.caution for row in rows) else {}),
    }
    shown = (
        "p values are corrected by Holm over the rows of the same family, and the interval of a difference is the one "
        "that goes with them; the file has uncorrected ones too, and further tests."
    ) * bool(rows)
    return body(cells, rows, shown, keys=3 + several)


def differences(path: Path) -> Body:
    """One row per pair of runs."""
    rows = read_rows(path, DifferenceRow)
    cells: dict[str, Callable[[DifferenceRow], Cell]] = {
        "compared": lambda row: text(f"{row.arm} against {row.baseline}" + (" (leaked)" if row.leaked else "")),
        "classifier": lambda row: text(row.classifier),
        "split": lambda row: text(row.split),
        "seed": lambda row: number(row.seed, str),
        **{
            f"{measure.title}, points" if name in units.IN_POINTS else measure.title: partial(_difference, name)
            for name, measure in MEASURES.items()
            if any(getattr(row, name) is not None for row in rows)
        },
        "the arm alone right": lambda row: number(row.arm_only),
        "the baseline alone": lambda row: number(row.baseline_only),
        "p, McNemar": lambda row: number(row.mcnemar_p, values.p_value),
        "specimens": lambda row: number(row.n_specimens),
    }
    return body(cells, rows, keys=4)


def _interval(row: VerdictRow, low: float | None, high: float | None) -> Cell:
    difference = None if low is None else row.difference
    return number(difference, lambda value: units.interval(row, value, low, high))


def _difference(name: str, row: DifferenceRow) -> Cell:
    value = getattr(row, name)
    return number(value, values.signed if name in units.IN_POINTS else _plain)


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:+.3f}"


def _chance(value: float | None) -> str:
    return "–" if value is None else gains.chance(value)
