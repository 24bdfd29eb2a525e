"""Names of specimens: by a pattern in the file's path, and by a table."""

import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path

from augury.specimens.joins import PathJoin
from augury.specimens.patterns import NamePattern
from augury.tables.brought import BroughtRow, BroughtTable, read_brought
from augury.tables.separated import given

ORIGINAL = "original"  # the column of a table of copies that says which image each is made of


class Naming:
    """Names of specimens from a regular expression, a table, or both (the table has the last word)."""

    def __init__(
        self,
        specimen_regex: str | None = None,
        specimen_table: str | None = None,
        roots: Sequence[Path] = (),
        exclude: Sequence[str] = (),
    ) -> None:
        """specimen_regex is searched in the path below the parent of the class folder, CLASS/sub/name.jpg.

        Its group `specimen`, else its first group, else what it matched is the name; where it does not match, the image
        has no name. specimen_table: a table with the columns specimen and sha256 or path. roots: the folders that hold
        all images of the study, so that a path names the same one whichever class is asked about; exclude: patterns of
        files there that are none, as list_files takes them. Raises UserError when regex or table cannot be used.
        """
        self.pattern = NamePattern(specimen_regex) if specimen_regex else None
        self.table = read_specimens(specimen_table) if specimen_table else None
        rows = [row for row in self.table.rows if row["specimen"]] if self.table else []
        self.join = PathJoin(rows, roots, exclude)

    @property
    def says_something(self) -> bool:
        """Whether any image can have a name."""
        return bool(self.pattern or self.table)

    def name(self, path: Path, folder: Path, sha256: str) -> str | None:
        """The specimen's name of the file at `path` below the class folder, or None."""
        row = self.join.find(path, sha256)
        if row:
            return row["specimen"]
        return self.pattern.name(_below_parent(path, folder)) if self.pattern else None


def folders_above(folders: Sequence[Path]) -> list[Path]:
    """The folders that class folders lie in, each once."""
    return [Path(above) for above in dict.fromkeys(os.path.dirname(os.path.abspath(folder)) for folder in folders)]


def read_specimens(path: str | Path) -> BroughtTable:
    """A user's table of specimens, whose names have single blanks and none where nothing is known.

    Raises UserError where it is none.
    """
    read = read_brought(path, ("specimen",), ("path", "sha256"), "specimens.table")
    if ORIGINAL in read.header:
        return read  # of augment_class: these names were given already
    names = [given(row["specimen"]) for row in read.rows]
    rows = (
        row if row["specimen"] == name else BroughtRow(row.line, row.cells | {"specimen": name})
        for row, name in zip(read.rows, names, strict=True)
    )
    return dataclasses.replace(read, rows=tuple(rows))


def _below_parent(path: Path, folder: Path) -> str:
    """The path from the class folder's name on, with / between its parts."""
    above, below = str(folder), str(path)
    if below.startswith(above + os.sep) and not {".", ".."} & {os.path.basename(above), above}:
        return f"{os.path.basename(above)}/{below[len(above) + 1 :]}".replace(os.sep, "/")
    base = os.path.dirname(os.path.abspath(folder))
    return os.path.relpath(os.path.abspath(path), base).replace(os.sep, "/")
