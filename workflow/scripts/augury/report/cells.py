"""What a table on the page is made of: cells, and a view of a table's file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from augury.report import values

MOST_ROWS = 300  # of a table on the page; the file has them all


@dataclass(frozen=True, slots=True)
class Cell:
    """Text and, for a number, the key that it is sorted by."""

    text: str
    key: float | None = None
    number: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """The header and the rows of a table on the page."""

    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    shown: str = ""  # which rows are shown, in words
    keys: int = 1  # first columns, which name the row: a narrow screen joins them


@dataclass(frozen=True, slots=True)
class View(Body):
    """A table on the page."""

    name: str = ""
    title: str = ""
    file: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)  # every column of the file, and what it means


def body(cells: Mapping[str, Callable[[Any], Cell]], rows: Iterable[Any], shown: str = "", keys: int = 1) -> Body:
    """A row of cells for each row of a table, by the heads of the columns, the first `keys` of which name it."""
    return Body(list(cells), [[make(row) for make in cells.values()] for row in rows], shown, keys)


def text(value: object) -> Cell:
    """A cell of words."""
    return Cell(str(value))


def number(value: float | None, write: Callable = values.grouped, *more: float | None) -> Cell:
    """A cell that sorts by its number."""
    return Cell(write(value, *more), value, True)
