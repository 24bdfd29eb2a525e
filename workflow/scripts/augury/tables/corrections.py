"""Corrections that a person made of labelled images: another class, none at all, the specimen that is shown."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from augury.tables.brought import BroughtRow, BroughtTable, read_brought
from augury.tables.separated import given

KEY = "corrections"
COLUMNS = ("path", "class", "exclude", "specimen", "sha256", "was")  # as pages write them; `was` is the class it had
VALUES = ("class", "exclude", "specimen")
_YES, _NO = {"yes", "true", "1", "x"}, {"", "no", "false", "0"}


def read_corrections(paths: Sequence[str | Path]) -> list[BroughtTable]:
    """The tables, whose cells `exclude` are `yes` or empty. Raises UserError where one is none, naming its line."""
    return [_read(path) for path in paths]


def _read(path: str | Path) -> BroughtTable:
    read = read_brought(path, ("path",), VALUES, KEY, lambda name: name in COLUMNS)
    rows = []
    for row in read.rows:
        word = row["exclude"].casefold()
        if word not in _YES | _NO:
            raise read.mistake(row, f"`exclude` is '{row['exclude']}'; write yes, or leave the cell empty")
        if not row["path"]:
            raise read.mistake(row, "it has no path, so that it names no image")
        cells = {"exclude": "yes" if word in _YES else "", "specimen": given(row["specimen"])}
        rows.append(BroughtRow(row.line, row.cells | cells))
    return dataclasses.replace(read, rows=tuple(rows))
