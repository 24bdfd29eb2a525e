"""Labels from a user's table: a line for each file, with its path and its class."""

from collections.abc import Mapping
from pathlib import Path

from augury.tables.brought import BroughtRow, BroughtTable, read_brought
from augury.tables.separated import given, normal_name

KEY = "labels.table"
_TYPES = ("[t]", "[f]")  # EcoTaxa's line below the header, which says text or number


def read_labels(table: str | Path, path: str, class_: str, rename: Mapping[str, str]) -> BroughtTable:
    """The table's rows with the cells `path`, `label` (as it is written, perhaps empty) and `class` (as it is renamed).

    path, class_: the columns, in any capitals. rename: a class's name for a label. Raises UserError where the file is
    no table with these columns.
    """
    columns = normal_name(path), normal_name(class_)
    read = read_brought(table, columns, (), KEY)
    rows = tuple(
        BroughtRow(row.line, {"path": row[columns[0]], "label": label, "class": _class_of(label, rename)})
        for row in read.rows
        if not {row[columns[0]], label := row[columns[1]]} <= set(_TYPES)
    )
    return BroughtTable(read.path, read.key, read.header, read.names, rows, read.notes)


def _class_of(label: str, rename: Mapping[str, str]) -> str:
    """The class's name; none where `NA` and the like stand for a label that is not known. `None` may be a class."""
    known = given(label) or label.casefold() == "none"
    return rename.get(label, label if known else "")
