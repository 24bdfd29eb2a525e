"""Names of specimens: by a pattern in the file's path, and by a table."""

import os
import re
from pathlib import Path, PurePosixPath

from augury.command.errors import UserError
from augury.images.files import shown
from augury.tables.table import read_dicts


class Naming:
    """Names of specimens from a regular expression, a table, or both (the table has the last word)."""

    def __init__(self, specimen_regex: str | None = None, specimen_table: str | None = None) -> None:
        """specimen_regex is searched in the path below the parent of the class folder, CLASS/sub/name.jpg.

        Its group `specimen`, else its first group, else what it matched is the name; where it does not match, the image
        has no name. specimen_table: a TSV with the columns specimen and sha256 or path (the end of the path that tells
        images apart: name.jpg, CLASS/name.jpg ...). Raises UserError when either cannot be used.
        """
        self.pattern = _compiled(specimen_regex)
        self.by_hash, self.by_path = _table(specimen_table) if specimen_table else ({}, {})

    @property
    def says_something(self) -> bool:
        """Whether any image can have a name."""
        return bool(self.pattern or self.by_hash or self.by_path)

    def name(self, path: Path, folder: Path, sha256: str) -> str | None:
        """The specimen's name of the file at `path` below the class folder, or None."""
        if sha256 in self.by_hash:
            return self.by_hash[sha256]
        parts = PurePosixPath(os.path.abspath(path)).parts
        for start in range(len(parts)) if self.by_path else ():
            found = self.by_path.get("/".join(parts[start:]).replace("//", "/"))
            if found is not None:
                return found
        match = self.pattern.search(_below_parent(path, folder)) if self.pattern else None
        return _group(match) or None if match else None


def _compiled(text: str | None) -> re.Pattern | None:
    if not text:
        return None
    try:
        return re.compile(text)
    except re.error as error:
        raise UserError(f"specimen_regex '{text}' is no regular expression: {error}") from None


def _group(match: re.Match) -> str:
    groups = match.groupdict()
    if "specimen" in groups:
        return groups["specimen"] or ""
    return (match.group(1) if match.re.groups else match.group(0)) or ""


def _below_parent(path: Path, folder: Path) -> str:
    base = os.path.dirname(os.path.abspath(folder))
    return os.path.relpath(os.path.abspath(path), base).replace(os.sep, "/")


def _table(path: str) -> tuple[dict[str, str], dict[str, str]]:
    rows = read_dicts(path)
    columns = set(rows[0]) if rows else set()
    if rows and ("specimen" not in columns or not columns & {"sha256", "path"}):
        raise UserError(f"specimen_table {path} needs the columns specimen and path (or sha256), separated by tabs")
    by_hash, by_path = {}, {}
    for row in rows:
        specimen = row["specimen"].strip()
        for table, key in ((by_hash, row.get("sha256", "").lower()), (by_path, _normal(row.get("path", "")))):
            if key and specimen and table.setdefault(key, specimen) != specimen:
                raise UserError(f"specimen_table {path} gives {shown(key)} to {table[key]} and to {specimen}; keep one")
    return by_hash, by_path


def _normal(path: str) -> str:
    return os.path.normpath(path.replace("\\", "/")) if path else ""
