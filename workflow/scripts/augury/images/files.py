"""Which files of a class folder count, and what is in them (standard library only)."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from augury.command.errors import UserError

PASSED_OVER = ("__macosx", "thumbs.db", "desktop.ini")  # what operating systems leave behind, in lower case


def list_files(folders: Iterable[Path]) -> list[Path]:
    """All files below the folders, sorted by path, each once; hidden ones and those of PASSED_OVER are left out.

    Links to folders are followed, each real folder once. Whatever is not a folder is listed: also what will turn out to
    be no image, a broken link, a named pipe. Raises UserError when a folder is missing or cannot be listed.
    """
    found: dict[str, Path] = {}
    for folder in folders:
        if not folder.is_dir():
            raise UserError(f"the image folder {shown(folder)} is missing; put the images there or mend the path")
        for path in _walk(folder, set()):
            found.setdefault(os.path.abspath(path), path)
    return sorted(found.values(), key=os.fsencode)


def shown(path: str | Path) -> str:
    """The path as text that any terminal and any log can print."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def is_regular(path: Path) -> bool:
    """Whether the path leads to an ordinary file: reading a pipe or a device could wait for ever."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False


def content_sha256(content: bytes) -> str:
    """SHA-256 as 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, as 64 hex digits, read in pieces. Raises OSError."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _walk(folder: Path, above: set[tuple[int, int]]) -> Iterator[Path]:
    status = os.stat(folder)
    here = (status.st_dev, status.st_ino)
    if here in above:  # a link that leads back to a folder it lies in
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        raise UserError(f"the folder {shown(folder)} cannot be listed ({error}); mend its permissions") from None
    for entry in entries:
        if entry.name.startswith(".") or entry.name.lower() in PASSED_OVER:
            continue
        path = folder / entry.name
        if entry.is_dir():
            yield from _walk(path, above | {here})
        else:
            yield path
