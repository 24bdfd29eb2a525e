"""A printed table as people type it in: numbers as text, for their digits say how they were rounded."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from augury.command.errors import UserError
from augury.tables.published import PrintedCell, read_published
from augury.tables.table import read_cells

MEASURES = ("accuracy", "precision", "recall", "f1", "auroc", "ap")
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
    """The rows of a TSV with a column `class`, or with `arm` and `seed`, and with measures; `n` where it is known.

    Or of one with a line a number, as augury.tables.published reads it: its tables of classes, and of arms and seeds.
    Lines that begin with # are remarks. Raises UserError where a column is missing or a cell is no number.
    """
    header, lines = read_cells(path)
    while header and header[0].startswith("#") and lines:
        header, *lines = lines
    if {"measure", "value"} <= set(header):
        return _from_cells(path)
    measures = [name for name in MEASURES if name in header]
    if not measures or not ("class" in header or {"arm", "seed"} <= set(header)):
        raise UserError(
            f"{path} needs a column `class`, or `arm` and `seed`, and one of {', '.join(MEASURES)}; it has "
            f"{', '.join(header)}"
        )
    rows = []
    for line in lines:
        if not line or line[0].startswith("#"):
            continue
        cells = dict(zip(header, line, strict=False))
        found = {name: value(cells[name], f"{path}, {name}") for name in measures if cells.get(name, "").strip()}
        size = cells.get("n", "").strip()
        if size and not (size.isdigit() and int(size)):
            raise UserError(f"{path}: n is '{size}'; it must be a whole number of test images")
        names = (cells.get(name, "").strip() for name in ("class", "arm", "seed"))
        rows.append(Line(*names, int(size) if size else None, found))
    return rows


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
    sizes = [cell.n for cell in cells if cell.n]
    if any(not (size.isdigit() and int(size)) for size in sizes):
        raise UserError(f"{path}: n is '{sizes[0]}'; it must be a whole number of test images")
    values = {cell.measure.removesuffix("_hard"): value(cell.value, f"{path}, {cell.column}") for cell in cells}
    return Line(*names, int(sizes[0]) if sizes else None, values)


def value(text: str, where: str = "") -> Value:
    """A number from its text: 0.93, .930, 93% and 93.0 are shares, above 1 or with a % sign percent."""
    plain = text.strip().rstrip("%").strip()
    try:
        number = Fraction(plain)
    except (ValueError, ZeroDivisionError):
        raise UserError(f"{where}: '{text}' is no number; leave the cell empty where nothing is printed") from None
    percent = text.strip().endswith("%") or number > 1
    if not 0 <= number <= (100 if percent else 1) or "/" in plain or "e" in plain.lower():
        raise UserError(f"{where}: '{text}' is no share; write 0.93 or 93%")
    digits = len(plain.partition(".")[2]) + (2 if percent else 0)
    return Value(text.strip(), number / 100 if percent else number, Fraction(1, 2 * 10**digits))
