"""Reading and writing TSV tables whose columns are the fields of a frozen dataclass.

A field's name is its column's name, without the underscore that keeps `class_` from being a keyword. Cells are str,
int, float, bool or empty (None, where the field allows it); `float | str` is a number, or text in place of one. Cells
with tabs, quotes or line breaks are quoted as in Excel's TSV. A line may stand for what was not run: its numbers then
say `not run: ` and why, and readers of rows pass it over, unless the field may be text.
"""

import csv
import dataclasses
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from augury.command.errors import UserError
from augury.command.files import atomic
from augury.tables.checked import with_checks, without_checks

if typing.TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = TypeVar("Row", bound="DataclassInstance")
NOT_RUN = "not run: "  # how the cells of such a line begin
_FEW = 64  # texts of a column that are held once, however often they stand there


def read_rows(path: str | Path, row: type[Row]) -> list[Row]:
    """All rows of the table at `path`; columns that `row` does not know, and what was not run, are passed over.

    Fields with a default may have no column. Raises UserError when the file or a column is missing, a cell does not fit
    its type, or the table is not as it was written (tables.checked).
    """
    return list(each_row(path, row))


def each_row(path: str | Path, row: type[Row]) -> Iterator[Row]:
    """The same, one by one: for tables that are larger than memory should hold."""
    lines = _lines(path)
    header = next(lines)
    fields = dataclasses.fields(row)
    absent = [field for field in fields if _column(field.name) not in header]
    missing = [_column(field.name) for field in absent if field.default is dataclasses.MISSING]
    if missing:
        raise UserError(f"{path} has no column {', '.join(missing)}; its header is {', '.join(header)}")
    hints = typing.get_type_hints(row)
    readers = [
        (0, lambda _, value=field.default: value)
        if field in absent
        else (header.index(_column(field.name)), _reader(hints[field.name]))
        for field in fields
    ]
    for number, line in enumerate(lines, start=2):
        try:
            made = row(*[read(line[column]) for column, read in readers])
        except (ValueError, IndexError) as error:
            if any(cell.startswith(NOT_RUN) for cell in line):
                continue
            raise UserError(f"{path}, line {number}: {error}; mend or remove that line") from None
        yield made


def write_rows(path: str | Path, row: type[Row], rows: Iterable[Row]) -> None:
    """Write the table atomically, with the header that `row` names."""
    names = [field.name for field in dataclasses.fields(row)]
    write_cells(path, [_column(name) for name in names], ([getattr(each, name) for name in names] for each in rows))


def read_cells(path: str | Path) -> tuple[list[str], list[list[str]]]:
    """Header and lines of a TSV as text, for tables whose columns depend on the data."""
    header, *lines = _lines(path)
    return header, lines


def line_not_run(row: type[Row], reason: str, **known: object) -> list[object]:
    """The cells of a line of `row`'s table that says `reason` in place of every number but those that are `known`."""
    hints = typing.get_type_hints(row)
    cells: list[object] = []
    for field in dataclasses.fields(row):
        numeric = {float, int} & {hints[field.name], *typing.get_args(hints[field.name])}
        cells.append(known.get(field.name, reason if numeric else None))
    return cells


def read_not_run(path: str | Path) -> list[dict[str, str]]:
    """The lines of a table that stand for what was not run, as text by column name."""
    return [line for line in read_dicts(path) if any(cell.startswith(NOT_RUN) for cell in line.values())]


def read_dicts(path: str | Path) -> list[dict[str, str]]:
    """Rows of a TSV as text by column name."""
    header, lines = read_cells(path)
    return [dict(zip(header, line, strict=False)) for line in lines]


def write_cells(path: str | Path, header: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    """Write a TSV atomically; floats keep nine significant digits (a float32 exactly), None is an empty cell."""
    with (
        atomic(path) as temporary,
        open(temporary, "w", newline="", encoding="utf-8", errors="surrogateescape") as file,
    ):
        writer = csv.writer(file, dialect="excel-tab", lineterminator="\n")
        # Python before 3.13 leaves a carriage return unquoted, which its own reader takes for the end of the line.
        quoting = csv.writer(file, dialect="excel-tab", lineterminator="\n", quoting=csv.QUOTE_ALL)
        for cells in with_checks(header, ([_cell(value) for value in line] for line in lines)):
            (quoting if any("\r" in cell for cell in cells if isinstance(cell, str)) else writer).writerow(cells)


def write_dicts(path: str | Path, header: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write a TSV of mappings; a key that a row lacks is an empty cell."""
    write_cells(path, header, ([row.get(name) for name in header] for row in rows))


def _lines(path: str | Path) -> Iterator[list[str]]:
    """The header, then each line, without the column that shows changes. Raises UserError where there is none.

    And for a line of another number of cells, so that a quote that is not closed does not take the lines below it for
    one cell; and where lines are not as they were written.
    """
    lines = None
    try:
        with open(path, newline="", encoding="utf-8", errors="surrogateescape") as file:
            lines = csv.reader(file, dialect="excel-tab", strict=True)
            yield from without_checks(path, _even(path, lines))
    except FileNotFoundError:
        raise UserError(f"{path} is missing; run the step that writes it") from None
    except csv.Error as error:
        raise UserError(
            f"{path}, line {lines.line_num if lines else 1}: {error}; mend that line, or write the file anew"
        ) from None


def _even(path: str | Path, lines: typing.Any) -> Iterator[list[str]]:
    header = next(lines, None)
    if header is None:
        raise UserError(f"{path} is empty; a table begins with its header")
    yield header
    for line in lines:
        if len(line) != len(header):
            raise UserError(
                f"{path}, line {lines.line_num}: {len(line)} cells under {len(header)} columns; mend or remove "
                "that line, or write the file anew"
            )
        yield line


def _column(name: str) -> str:
    return name.rstrip("_")


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.9g}"
    return value


def _reader(hint: object) -> Callable[[str], object]:
    options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    kinds = [option for option in options if option is not types.NoneType]
    convert: Callable[[str], object]
    convert = _sharing() if kinds[0] is str else {bool: _read_bool}.get(kinds[0], kinds[0])
    if str in kinds[1:]:
        convert = _number_or_text(convert)
    if len(kinds) < len(options):
        return lambda text: None if text == "" else convert(text)
    return convert


def _number_or_text(convert: Callable[[str], object]) -> Callable[[str], object]:
    def read(text: str) -> object:
        try:
            return convert(text)
        except ValueError:
            return text

    return read


def _sharing() -> Callable[[str], str]:
    # Of a million rows, each would hold the name of their class anew.
    known: dict[str, str] = {}

    def read(text: str) -> str:
        if len(known) < _FEW:
            return known.setdefault(text, text)
        return known.get(text, text)

    return read


def _read_bool(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"'{text}' is neither true nor false")
    return text == "true"
