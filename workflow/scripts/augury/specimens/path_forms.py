"""The forms in which a path and a file's name are compared, however a user's table writes them."""

import os
import re
from functools import lru_cache
from pathlib import Path

from augury.tables.separated import as_text, clean

_SAME = {"jpeg": "jpg", "jpe": "jpg", "tiff": "tif"}
_DRIVE = re.compile(r"^(file:/+|[A-Za-z]:)")


def normal_path(path: str | Path) -> tuple[str, ...]:
    """The components of a path as they are compared: `/` for `\\`, without `.` and drives, in composed Unicode.

    Bytes of a file's name that are no UTF-8 are taken for Windows-1252, as in tables.
    """
    folder, slash, name = os.fspath(path).strip().replace("\\", "/").rpartition("/")
    if name in ("", ".", ".."):
        return _parts(folder + slash + name)
    return (*_parts(folder), _part(name))


@lru_cache(maxsize=4096)
def _parts(folder: str) -> tuple[str, ...]:
    parts = os.path.normpath(_DRIVE.sub("", folder)).split("/")
    return tuple(part for part in map(_part, parts) if part not in ("", ".", "..", "~"))


def _part(text: str) -> str:
    return clean(as_text(text))


@lru_cache(maxsize=4096)
def folded_text(text: str) -> str:
    """Without capitals."""
    return text.casefold()


def folded_name(name: str) -> str:
    """A file's name without capitals; `.jpeg` and `.tiff` are `.jpg` and `.tif`."""
    before, dot, extension = name.casefold().rpartition(".")
    return f"{before}{dot}{_SAME.get(extension, extension)}"


def stem(name: str) -> str:
    """A file's name without capitals and extension."""
    return os.path.splitext(name.casefold())[0]
