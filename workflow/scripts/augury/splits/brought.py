"""Parts that the data bring: train/ and test/ folders above the class folders, or a table."""

import re
from collections.abc import Sequence
from pathlib import Path, PurePath

from augury.command.errors import UserError
from augury.tables.brought import BroughtTable, read_brought
from augury.tables.rows import PARTS, ImageRow

FOLDER_NAMES = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "val": "validation",
    "valid": "validation",
    "reserve": "reserve",
}
FOLDER_NAMES |= {"test": "test", "testing": "test"}
TABLE_NAMES = FOLDER_NAMES | {"dev": "validation", "development": "validation"}
_SET = re.compile(r"[ _-]*(set|split|part)$")


def parts_by_folder(images: Sequence[ImageRow]) -> dict[str, str]:
    """sha256 -> part, from the folder that holds each image's class folder.

    Raises UserError that names an image which lies in no such folder.
    """
    part_of = {}
    for row in images:
        above = PurePath(row.path).parent.parts
        holders = [above[depth - 1].lower() for depth, name in enumerate(above) if name == row.class_ and depth]
        parts = [FOLDER_NAMES[name] for name in holders if name in FOLDER_NAMES]
        if not parts:
            raise UserError(
                f"{row.path} lies in no train, validation or test folder; move it or set `split.parts: hash`"
            )
        part_of[row.sha256] = parts[-1]
    return part_of


def read_parts(table: str | Path) -> BroughtTable:
    """A user's table with the columns `part`, and `sha256` or `path`.

    Raises UserError when a column is missing or a part is unknown.
    """
    read = read_brought(table, ("part",), ("sha256", "path"), "split.table")
    for row in read.rows:
        if part_named(row["part"]) is None:
            raise read.mistake(row, f"part '{row['part']}' is none of {', '.join(PARTS)}")
    return read


def part_named(text: str) -> str | None:
    """The part that a word of a table means, as in `Val`, `dev` and `Training set`; None where it means none."""
    return TABLE_NAMES.get(_SET.sub("", text.strip().casefold()))
