"""What a table on the page is made of: cells, and a view of a table's file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from augury.report import values

MOST_ROWS = 300  # of a table on the page; the file has them all


@dataclass(frozen=True, slots=True)
class Cell:
    """Text and, for a number, the key that it is sorted by."""

    text: str
    key: float | None = None
    number: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """A table on the page."""

    name: str
    title: str
    file: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    shown: str  # which rows are shown, in words
    columns: Mapping[str, str] = field(default_factory=dict)  # every column of the file, and what it means


def text(value: object) -> Cell:
    """A cell of words."""
    return Cell(str(value))


def number(value: float | None, write: Callable = values.grouped, *more: float | None) -> Cell:
    """A cell that sorts by its number."""
    return Cell(write(value, *more), value, True)
