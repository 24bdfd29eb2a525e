"""A publication's tables as the page shows them: each printed number above ours, in the publication's own layout."""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from augury.published.comparison import NO, NO_INTERVAL, NOT_RUN, YES
from augury.report.values import count, listed
from augury.tables.columns import described
from augury.tables.published import PublishedRow
from augury.tables.table import read_rows

LEAKED = "leaked: our training saw images that it was judged on, or twins of them, as this protocol asks for"
_WORDS = {YES: "within", NO: "outside"}


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """One cell: their number, ours in the same form with its interval, a word, and marks of remarks."""

    printed: str
    ours: str
    interval: str  # empty where there is none
    word: str
    footnotes: str


@dataclasses.dataclass(frozen=True, slots=True)
class Printed:
    """One table of the publication; a cell is None where nothing is printed."""

    name: str
    header: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Shown | None]]]


@dataclasses.dataclass(frozen=True, slots=True)
class Beside:
    """All that the section shows."""

    summary: str
    deviations: Sequence[str]
    tables: Sequence[Printed]
    remarks: Sequence[tuple[str, str]]  # mark, text
    columns: dict[str, str]


def comparison(path: Path) -> Beside:
    """The section made of published.tsv."""
    rows = read_rows(path, PublishedRow)
    remarks: dict[str, str] = {}  # text -> mark
    tables = [_table(name, rows, remarks) for name in dict.fromkeys(row.table for row in rows)]
    return Beside(
        _summary(rows),
        _differs(rows),
        tables,
        [(footnote, text) for text, footnote in remarks.items()],
        described(PublishedRow),
    )


def _summary(rows: Sequence[PublishedRow]) -> str:
    counts = Counter(row.holds for row in rows)
    lie = "lies" if counts[YES] == 1 else "lie"
    words = (
        f"Of {count(len(rows), 'printed number')} {counts[YES]} {lie} within our intervals and {counts[NO]} outside; "
    )
    return words + f"for {counts[NO_INTERVAL]} ours has no interval, and for {counts[NOT_RUN]} there is none of ours."


def _differs(rows: Sequence[PublishedRow]) -> list[str]:
    tables_of: dict[str, dict[str, None]] = {}
    for row in rows:
        tables_of.setdefault(row.deviations, {})[row.table] = None
    several = len(tables_of) > 1
    return [f"{listed(list(tables))}: {text}" if several else text for text, tables in tables_of.items() if text]


def _table(name: str, rows: Sequence[PublishedRow], remarks: dict[str, str]) -> Printed:
    of_table = [row for row in rows if row.table == name]
    header = list(dict.fromkeys(row.column_ for row in of_table))
    cells = {(row.row, row.column_): _cell(row, remarks) for row in of_table}
    names = dict.fromkeys(row.row for row in of_table)
    return Printed(name, header, [(row, [cells.get((row, column)) for column in header]) for row in names])


def _cell(row: PublishedRow, remarks: dict[str, str]) -> Shown:
    remarks_here = [row.ours] if isinstance(row.ours, str) else []
    remarks_here += [LEAKED] if row.leaked else []
    remarks_here += [row.note] if row.note else []
    footnotes = [remarks.setdefault(text, _footnote(len(remarks))) for text in remarks_here]
    return Shown(row.printed, *_ours(row), _WORDS.get(row.holds, ""), " ".join(footnotes))


def _ours(row: PublishedRow) -> tuple[str, str]:
    # In the unit and with the digits that are printed.
    if not isinstance(row.ours, float):
        return "–", ""
    plain = row.printed.rstrip("%").strip()
    unit = row.published / float(plain) if float(plain) else 1.0
    digits = len(plain.partition(".")[2])
    text, low, high = (
        "" if value is None else f"{value / unit:.{digits}f}" for value in (row.ours, row.ours_low, row.ours_high)
    )
    percent = "%" if row.printed.endswith("%") else ""
    return text + percent, f"({low} to {high})" if low and high else ""


def _footnote(number: int) -> str:
    # a to z, then aa, ab ...
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters
