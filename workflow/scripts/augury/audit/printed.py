"""A printed table as people type it in: numbers as text, for their digits say how they were rounded."""

import re
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from augury.command.errors import UserError
from augury.tables.brought import BroughtRow, BroughtTable, NoHeader, every_column, read_brought
from augury.tables.numbers import EITHER, is_nothing, plain_number
from augury.tables.published import PrintedCell, read_published

MEASURES = ("accuracy", "precision", "recall", "f1", "auroc", "ap")
_FORMS = (("measure", "value"), ("class",), ("arm", "seed"))
_ALSO = {"acc": "accuracy", "f1-score": "f1", "f1 score": "f1", "f-score": "f1", "auc": "auroc"}
_PERCENT = re.compile(r"\s*(\(%\)|\[%\]|%|\(in %\)|, %)$")
ALL = "all"  # class of a row over all classes
MEAN = "mean"  # seed of a row with an arm's mean


@dataclass(frozen=True, slots=True)
class Value:
    """A share between 0 and 1 as it is printed; exact, so that no binary fraction blurs a border."""

    text: str
    value: Fraction
    half: Fraction  # half of the last digit: what rounding may have hidden

    @property
    def low(self) -> Fraction:
        """The least that may have been rounded to it."""
        return self.value - self.half

    @property
    def high(self) -> Fraction:
        """The most."""
        return self.value + self.half


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: of a class, or of an arm and seed."""

    class_: str
    arm: str
    seed: str
    n: int | None  # test images: of the class, or of the seed
    values: dict[str, Value]


def read_printed(path: Path) -> list[Line]:
    """The rows of a table with a column `class`, or with `arm` and `seed`, and with measures; `n` where it is known.

    Or of one with a line a number, as augury.tables.published reads it: its tables of classes, and of arms and seeds.
    Lines that begin with # are remarks. Raises UserError where a column is missing or a cell is no number.
    """
    for needs in _FORMS:
        with suppress(NoHeader):
            table = read_brought(path, needs, (), "", every_column)
            if "measure" in needs:
                return _from_cells(path)
            measures = {key: _measure(key) for key in table.header if _measure(key) in MEASURES}
            if measures:
                return [_row(table, measures, row) for row in table.rows]
    read_brought(path, ("class (or arm, seed)",), MEASURES)  # says what the file has instead
    raise UserError(f"{path} has no column of {', '.join(MEASURES)}; name one of them so")


def _measure(column: str) -> str:
    name = _PERCENT.sub("", column)
    return _ALSO.get(name, name)


def _row(table: BroughtTable, measures: dict[str, str], row: BroughtRow) -> Line:
    where = f"{table.where}, line {row.line}"
    found = {}
    for column, measure in measures.items():
        if not is_nothing(row[column]):
            found[measure] = value(row[column], f"{where}, {column}", bool(_PERCENT.search(column)))
    return Line(row["class"], row["arm"], row["seed"], _size(row["n"], where), found)


def _size(text: str, where: str) -> int | None:
    if is_nothing(text):
        return None
    whole = text.removesuffix(".0")
    if not (whole.isdecimal() and int(whole)):
        raise UserError(f"{where}: n is '{text}'; it must be a whole number of test images")
    return int(whole)


def _from_cells(path: Path) -> list[Line]:
    cells = [cell for cell in read_published(path) if cell.measure.removesuffix("_hard") in MEASURES]
    of_classes, of_seeds = ({cell.table for cell in cells if getattr(cell, name)} for name in ("class_", "seed"))
    found: dict[tuple[str, ...], list[PrintedCell]] = {}
    for cell in cells:
        if cell.table in of_classes:
            found.setdefault((cell.table, cell.class_ or ALL, "", ""), []).append(cell)
        elif cell.table in of_seeds:
            found.setdefault((cell.table, "", cell.arm, cell.seed or MEAN), []).append(cell)
    if not found:
        raise UserError(f"{path} has no table of classes, nor one of arms and seeds; there is nothing to check")
    return [_line(names, held, path) for (_, *names), held in found.items()]


def _line(names: list[str], cells: list[PrintedCell], path: Path) -> Line:
    sizes = [size for cell in cells if (size := _size(cell.n, f"{path}, {cell.row}"))]
    values = {cell.measure.removesuffix("_hard"): value(cell.value, f"{path}, {cell.column}") for cell in cells}
    return Line(*names, sizes[0] if sizes else None, values)


def value(text: str, where: str = "", percent: bool = False) -> Value:
    """A number from its text: 0.93, .930, 93% and 93.0 are shares, above 1 or with a % sign percent.

    percent: whether its column says that it is percent.
    """
    try:
        shown = plain_number(text, EITHER)
        plain = shown.removesuffix("%")
        number = Fraction(plain)
    except (ValueError, ZeroDivisionError):
        raise UserError(f"{where}: '{text}' is no number; leave the cell empty where nothing is printed") from None
    percent = percent or shown.endswith("%") or number > 1
    if not 0 <= number <= (100 if percent else 1) or "e" in plain.lower():
        raise UserError(f"{where}: '{text}' is no share; write 0.93 or 93%")
    digits = len(plain.partition(".")[2]) + (2 if percent else 0)
    return Value(shown, number / 100 if percent else number, Fraction(1, 2 * 10**digits))
