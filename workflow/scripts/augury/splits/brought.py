"""Parts that the data bring: train/ and test/ folders above the class folders, or a table."""

from collections.abc import Sequence
from pathlib import Path, PurePath

from augury.command.errors import UserError
from augury.tables.rows import PARTS, ImageRow
from augury.tables.table import read_dicts

FOLDER_NAMES = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "val": "validation",
    "valid": "validation",
    "reserve": "reserve",
}
FOLDER_NAMES |= {"test": "test", "testing": "test"}


def parts_by_folder(images: Sequence[ImageRow]) -> dict[str, str]:
    """sha256 -> part, from the folder that holds each image's class folder.

    Raises UserError that names an image which lies in no such folder.
    """
    found = {}
    for row in images:
        above = PurePath(row.path).parent.parts
        holders = [above[place - 1].lower() for place, name in enumerate(above) if name == row.class_ and place]
        parts = [FOLDER_NAMES[name] for name in holders if name in FOLDER_NAMES]
        if not parts:
            raise UserError(
                f"{row.path} lies in no train, validation or test folder; move it or set `split.parts: hash`"
            )
        found[row.sha256] = parts[-1]
    return found


def read_parts(table: str | Path) -> dict[str, str]:
    """sha256, or the end of a path -> part, from a TSV with the columns `part`, and `sha256` or `path`.

    A path is given from any folder on, or as the file's name alone. Raises UserError when a column is missing or a part
    is unknown.
    """
    rows = read_dicts(table)
    if rows and ("part" not in rows[0] or not {"sha256", "path"} & rows[0].keys()):
        raise UserError(f"{table} needs the columns part, and sha256 or path; it has {', '.join(rows[0])}")
    named: dict[str, str] = {}
    for number, row in enumerate(rows, start=2):
        part = FOLDER_NAMES.get((row.get("part") or "").strip().lower())
        if part is None:
            raise UserError(f"{table}, line {number}: part '{row.get('part', '')}' is none of {', '.join(PARTS)}")
        named |= {row[key]: part for key in ("sha256", "path") if row.get(key)}
    return named


def part_of(named: dict[str, str], path: str | Path, sha256: str) -> str | None:
    """The part that such a table gives to an image, by its content or by the longest end of its path."""
    parts = PurePath(path).parts
    ends = ("/".join(parts[place:]) for place in range(len(parts)))
    return next((named[key] for key in (sha256, *ends) if key in named), None)


def parts_by_table(images: Sequence[ImageRow], table: str | Path) -> dict[str, str]:
    """sha256 -> part, for the images that the table names."""
    named = read_parts(table)
    found = {row.sha256: part_of(named, row.path, row.sha256) for row in images}
    return {sha256: part for sha256, part in found.items() if part}
