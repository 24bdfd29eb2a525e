"""Forged tables: honest ones of one run of which a number was changed, and tables that were made up."""

import dataclasses
from collections.abc import Callable

import numpy as np

from printed.classes import plan, print_classes
from printed.matrices import MEASURES, NEAREST, Style, Table
from printed.others import of_arms

COLUMNS = {"precision": "precision", "recall": "recall", "f1": "F1-score"}


def one_run(rng: np.random.Generator, sized: bool) -> Table:
    """An honest table of one run, as most publications print it: two or three digits, the accuracy and averages."""
    decided = plan(rng)
    classes = int(rng.integers(3, 11))
    kind = {"runs": "one", "combined": "one", "f1": "own", "accuracy": "share", "closed": True, "leave_out": False}
    made = Style(int(rng.integers(2, 4)), "", "format", False, rng)
    sizes = (
        rng.integers(20, 120, size=(1, classes)) if rng.random() < 0.5 else np.full((1, classes), rng.integers(20, 120))
    )
    shown = {"n": "tested" if sized else "", "averages": ["macro", "weighted"], "measures": [*MEASURES]}
    return print_classes(dataclasses.replace(decided, sizes=sizes, style=made, **kind, **shown), rng)


def _cell(rng: np.random.Generator, table: Table, measure: str = "") -> tuple[dict[str, str], str]:
    rows = [row for row in table.rows if row["class"].startswith("genus")]
    return rows[rng.integers(len(rows))], COLUMNS[measure or rng.choice(MEASURES)]


def _moved(text: str, steps: int) -> str:
    """The number moved by so many last digits, the other way where it would leave 0 to 1."""
    digits = len(text.partition(".")[2])
    moved = float(text) + steps / 10**digits
    return f"{moved if 0 <= moved <= 1 else float(text) - steps / 10**digits:.{digits}f}"


def _last_digit(by: int) -> Callable:
    def forge(rng: np.random.Generator, sized: bool) -> Table:
        table = one_run(rng, sized)
        row, column = _cell(rng, table)
        row[column] = _moved(row[column], int(rng.choice([-by, by])))
        return table

    return forge


def _no_count(rng: np.random.Generator, sized: bool) -> Table:
    """A recall that lies between two counts of its class, with F1 and precision as they were."""
    while True:
        table = one_run(rng, sized)
        row, column = _cell(rng, table, "recall")
        n, digits = int(row["n"]), len(row[column].partition(".")[2])
        counts = {f"{k / n:.{digits}f}" for k in range(n + 1)}
        near = [text for step in range(-9, 10) if (text := _moved(row[column], step)) not in counts]
        if near:
            row[column] = str(rng.choice(near))
            return table


def _accuracy(rng: np.random.Generator, sized: bool) -> Table:
    table = one_run(rng, sized)
    row = next(row for row in table.rows if row["class"] in ("all", "accuracy"))
    column = "accuracy" if row.get("accuracy") else COLUMNS["f1"]
    digits = len(row[column].partition(".")[2])
    row[column] = _moved(row[column], int(rng.integers(1, 6)) * 10 ** (digits - 2))
    return table


def _f1_above(rng: np.random.Generator, sized: bool) -> Table:
    while True:
        table = one_run(rng, sized)
        row, column = _cell(rng, table, "f1")
        greater = max(row["precision"], row["recall"], key=float)
        moved = _moved(greater, int(rng.integers(1, 4)) * 10 ** (len(greater.partition(".")[2]) - 2))
        if float(moved) > float(greater):
            row[column] = moved
            return table


def _swapped(rng: np.random.Generator, sized: bool) -> Table:
    while True:
        table = one_run(rng, sized)
        (first, column), (second, _) = _cell(rng, table, str(rng.choice(MEASURES))), _cell(rng, table)
        if first[column] != second[column]:
            first[column], second[column] = second[column], first[column]
            return table


def _invented(rng: np.random.Generator, sized: bool) -> Table:
    """All numbers drawn by themselves, with precisions, recalls and F1s that look alike."""
    table = one_run(rng, sized)
    level = rng.uniform(0.7, 0.95)
    for row in table.rows:
        near = np.clip(level + rng.normal(0, 0.04), 0.3, 0.99)
        for column in (*COLUMNS.values(), "accuracy"):
            if row.get(column):
                row[column] = f"{np.clip(near + rng.normal(0, 0.02), 0, 1):.{len(row[column].partition('.')[2])}f}"
    return table


def _mean_outside(rng: np.random.Generator, sized: bool) -> Table:
    """An arm's mean accuracy one to three points above its best seed; seeds are single runs where n is printed."""
    while True:
        table = of_arms(rng)
        if table.rule not in NEAREST or sized != ("single run" in table.facts) or sized != bool(table.rows[0]["n"]):
            continue
        seeds = [row for row in table.rows if row["arm"] == "real" and row["seed"].isdecimal()]
        numbers = [int(row["seed"]) for row in seeds]
        row = next(row for row in table.rows if row["arm"] == "real" and row["seed"] == "mean")
        best = max(row.get("accuracy", "%") for row in seeds)
        share = "%" not in best and len(best.partition(".")[2]) > 1 and float(best) < 0.95
        if share and numbers == [*range(len(numbers))]:
            row["accuracy"] = _moved(best, int(rng.integers(1, 4)) * 10 ** (len(best.partition(".")[2]) - 2))
            return table


FORGERIES = {
    "a cell moved by one last digit": _last_digit(1),
    "a cell moved by two": _last_digit(2),
    "a recall that no count gives": _no_count,
    "accuracy moved by one to five points": _accuracy,
    "F1 above precision and recall": _f1_above,
    "numbers of two classes swapped": _swapped,
    "all numbers invented": _invented,
    "a mean above its seeds": _mean_outside,
}
NEEDS_N = {"a recall that no count gives"}
