"""Parts that the data bring: train/ and test/ folders above the class folders, or a table."""

from collections.abc import Sequence
from pathlib import Path, PurePath

from augury.command.errors import UserError
from augury.splits.borders import PARTS
from augury.tables.rows import ImageRow
from augury.tables.table import read_dicts

FOLDER_NAMES = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "val": "validation",
    "valid": "validation",
}
FOLDER_NAMES |= {"test": "test", "testing": "test"}


def parts_by_folder(images: Sequence[ImageRow]) -> dict[str, str]:
    """sha256 -> part, from the folder that holds each image's class folder."""
    found = {}
    for row in images:
        above = PurePath(row.path).parent.parts
        places = [place for place, name in enumerate(above) if name == row.class_ and place]
        if places and above[places[0] - 1].lower() in FOLDER_NAMES:
            found[row.sha256] = FOLDER_NAMES[above[places[0] - 1].lower()]
    return found


def parts_by_table(images: Sequence[ImageRow], table: str | Path) -> dict[str, str]:
    """sha256 -> part, from a TSV with the columns `part` and `sha256` or `path` (its end, from a folder on, or just
    the file's name).

    Raises UserError when a column is missing or a part is unknown.
    """
    rows = read_dicts(table)
    if rows and ("part" not in rows[0] or not {"sha256", "path"} & rows[0].keys()):
        raise UserError(f"{table} needs the columns part, and sha256 or path; it has {', '.join(rows[0])}")
    named: dict[str, str] = {}
    for number, row in enumerate(rows, start=2):
        part = FOLDER_NAMES.get(row["part"].strip().lower())
        if part is None:
            raise UserError(f"{table}, line {number}: part '{row['part']}' is none of {', '.join(PARTS)}")
        named |= {row[key]: part for key in ("sha256", "path") if row.get(key)}
    found = {}
    for row in images:
        parts = PurePath(row.path).parts
        ends = ("/".join(parts[place:]) for place in range(len(parts)))
        parts_named = [named[key] for key in (row.sha256, *ends) if key in named]
        if parts_named:
            found[row.sha256] = parts_named[0]
    return found
