"""A printed table as people type it in: numbers as text, for their digits say how they were rounded."""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from augury.command.errors import UserError
from augury.published.audit import labels
from augury.tables.brought import BroughtRow, BroughtTable, NoHeader, every_column, read_brought
from augury.tables.numbers import EITHER, is_nothing, plain_number
from augury.tables.published import PrintedCell, read_published
from augury.tables.texts import read_lines

MEASURES = ("accuracy", "precision", "recall", "f1", "auroc", "ap")
ALL = "all"  # class of a row over all classes
MEAN = "mean"  # seed of a row with an arm's mean
_FORMS = (("measure", "value"), ("class",), ("arm", "seed"))
_APART = ("table", "dataset", "arm", "classifier", "model", "method", "network", "generator", "split", "fold", "seed")
_ALSO = {"acc": "accuracy", "f1-score": "f1", "f1 score": "f1", "f-score": "f1", "auc": "auroc"}
_PERCENT = re.compile(r"\s*(\(%\)|\[%\]|%|\(in %\)|, %)$")
IsPercent = Callable[[str], bool]  # of a column, by a number's text
_MOST_DIGITS = 7  # of single precision: digits beyond are noise of the arithmetic, not of the rounding


@dataclass(frozen=True, slots=True)
class Value:
    """A share between 0 and 1 as it is printed; exact, so that no binary fraction blurs a border."""

    text: str
    value: Fraction
    half: Fraction  # half of the last digit: what rounding to the nearest may have hidden


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: of a class, or of an arm and seed."""

    class_: str
    arm: str
    seed: str
    n: int | None  # test images: of the class, or of the seed
    values: dict[str, Value]
    group: str = ""  # what else tells its table from others of the file


def read_printed(path: Path) -> list[Line]:
    """The rows of a table with a column `class`, or with `arm` and `seed`, and with measures; `n` where it is known.

    Or of one with one line per number, as augury.tables.published reads it: its tables of classes, and of arms and
    seeds. Or of what scikit-learn's classification_report prints. Lines that begin with # are remarks. Raises UserError
    where a column is missing or a cell is no number.
    """
    report = _from_report(path)
    if report:
        return report
    for needs in _FORMS:
        with suppress(NoHeader):
            table = read_brought(path, needs, (), "", every_column)
            if "measure" in needs:
                return _from_cells(path)
            measures = {key: _measure(key) for key in table.header if _measure(key) in MEASURES}
            if measures:
                return _from_rows(table, measures)
    read_brought(path, ("class (or arm, seed)",), MEASURES)  # says what the file has instead
    raise UserError(f"{path} has no column of {', '.join(MEASURES)}; name one of them so")


def _measure(column: str) -> str:
    name = _PERCENT.sub("", column)
    return _ALSO.get(name, name)


def _from_rows(table: BroughtTable, measures: dict[str, str]) -> list[Line]:
    of_classes = "class" in table.header
    apart = [name for name in _APART if name in table.header and (of_classes or name not in ("arm", "seed"))]
    percent = {}
    for column in measures:
        texts = [row[column] for row in table.rows if labels.kind(row["class"]) != labels.ACCURACY]
        percent[column] = (lambda text: True) if _PERCENT.search(column) else _unit(texts)
    lines: list[Line] = []
    for row in table.rows:
        group = ", ".join(row[name] for name in apart if row[name])
        if not group and apart and lines:  # a cell that is printed once for the rows below it
            group = lines[-1].group
        lines.append(_row(table, row, measures, percent, group))
    return lines


def _row(
    table: BroughtTable, row: BroughtRow, measures: dict[str, str], percent: dict[str, IsPercent], group: str
) -> Line:
    where = f"{table.where}, line {row.line}"
    by_column = {column: row[column] for column in measures if not _undefined(row[column])}
    size = row["n"] or row["support"]
    if labels.kind(row["class"]) == labels.ACCURACY:
        by_column, size = _overall(by_column, measures, size)
        measures = dict.fromkeys(by_column, "accuracy")
    values = {measures[key]: value(text, f"{where}, {key}", percent[key](text)) for key, text in by_column.items()}
    return Line(row["class"], row["arm"], row["seed"], _size(size, where), values, group)


def _undefined(text: str) -> bool:
    return is_nothing(text) or text.casefold() == "nan"


def _overall(by_column: dict[str, str], measures: dict[str, str], size: str) -> tuple[dict[str, str], str]:
    """The accuracy of a row `accuracy`, which reports print in the column of F1, in all, or moved to the left."""
    texts = list(by_column.values())
    if len(texts) == 2 and texts[1].isdecimal() and int(texts[1]) > 1:
        size = texts[1]
    column = next((column for column in by_column if measures[column] == "accuracy"), next(iter(by_column), None))
    return ({column: by_column[column]} if column else {}), (size if size.removesuffix(".0").isdecimal() else "")


def _size(text: str, where: str) -> int | None:
    if is_nothing(text):
        return None
    whole = text.removesuffix(".0")
    if not whole.isdecimal():
        raise UserError(f"{where}: n is '{text}'; it must be a whole number of test images")
    return int(whole)


def _from_report(path: Path) -> list[Line]:
    """The rows below scikit-learn's header without a first column; none where there is no such header."""
    columns, lines_read = ["precision", "recall", "f1-score", "support"], []
    lines, _ = read_lines(path, str(path))
    start = next((number for number, line in enumerate(lines) if line.split() == columns), len(lines))
    for number, line in enumerate(lines[start + 1 :], start + 2):
        words = line.split()
        width = 2 if words[:1] == ["accuracy"] else len(columns)
        if len(words) > width:
            *shares, size = words[-width:]
            where = f"{path}, line {number}"
            names = ["accuracy"] if width == 2 else ["precision", "recall", "f1"]
            pairs = zip(names, shares, strict=True)
            values = {name: value(text, where) for name, text in pairs if not _undefined(text)}
            lines_read.append(Line(" ".join(words[:-width]), "", "", _size(size, where), values))
    return lines_read


def _from_cells(path: Path) -> list[Line]:
    cells = [cell for cell in read_published(path) if cell.measure.removesuffix("_hard") in MEASURES]
    of_classes, of_seeds = ({cell.table for cell in cells if getattr(cell, name)} for name in ("class_", "seed"))
    by_line: dict[tuple[str, ...], list[PrintedCell]] = {}
    for cell in cells:
        if cell.table in of_classes:
            group = ", ".join(filter(None, (cell.table, cell.arm, cell.classifier, cell.seed)))
            by_line.setdefault((cell.class_ or ALL, "", "", group), []).append(cell)
        elif cell.table in of_seeds:
            group = ", ".join(filter(None, (cell.table, cell.classifier)))
            by_line.setdefault(("", cell.arm, cell.seed or MEAN, group), []).append(cell)
    if not by_line:
        raise UserError(f"{path} has no table of classes, nor one of arms and seeds; there is nothing to check")
    units = {
        key: _unit(cell.value for cell in cells if (cell.table, cell.measure) == key)
        for key in {(cell.table, cell.measure) for cell in cells}
    }
    return [_line(names, values, path, units) for names, values in by_line.items()]


def _line(
    names: Sequence[str], cells: Sequence[PrintedCell], path: Path, units: dict[tuple[str, str], IsPercent]
) -> Line:
    sizes = [_size(cell.n, f"{path}, {cell.row}") for cell in cells]
    values = {}
    for cell in cells:
        percent = units[cell.table, cell.measure](cell.value)
        values[cell.measure.removesuffix("_hard")] = value(cell.value, f"{path}, {cell.column}", percent)
    class_, arm, seed, group = names
    return Line(class_, arm, seed, next((size for size in sizes if size is not None), None), values, group)


def _unit(texts: Iterable[str]) -> IsPercent:
    """Whether a number of a column is percent: 0.8 is where 93.1 stands beside it, 0.92 has too many digits."""
    shown = []
    for text in texts:
        with suppress(ValueError):
            shown.append(plain_number(text, EITHER))
    digits = max((_digits(each) for each in shown if not each.endswith("%") and float(each) > 1), default=-1)

    def percent(text: str) -> bool:
        with suppress(ValueError):
            return _digits(plain_number(text, EITHER)) <= digits
        return False

    return percent


def _digits(number: str) -> int:
    return len(number.removesuffix("%").partition(".")[2])


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
    digits = min(_digits(plain) + (2 if percent else 0), _MOST_DIGITS)
    return Value(shown, round(number / 100 if percent else number, digits), Fraction(1, 2 * 10**digits))
