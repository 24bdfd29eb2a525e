"""Which files of a class folder count, and what is in them (standard library only)."""

import errno
import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from augury.command.errors import UserError
from augury.images.clutter import is_clutter

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def list_files(
    folders: Iterable[Path], exclude: Sequence[str] = (), passed_over: list[Path] | None = None
) -> list[Path]:
    """All files below the folders, sorted by path, each once; clutter (images.clutter) and `exclude` are left out.

    exclude: patterns as of a shell, compared in their case with names and paths of files and folders (is_excluded).
    Links to folders are followed, each real folder once. Whatever is not a folder is listed: also what will turn out to
    be no image, a broken link, a named pipe; and so is a folder below that cannot be listed (see `irregular`). What is
    left out, or cannot be listed, is added to `passed_over`, a folder without what it holds. Raises UserError when one
    of `folders` is missing or cannot be listed.
    """
    files: dict[str, Path] = {}
    for folder in folders:
        if not os.path.isdir(folder):
            raise UserError(f"the image folder {shown(folder)} is missing; put the images there or mend the path")
        try:
            entries = _entries(folder)
        except OSError as error:
            raise UserError(
                f"the folder {shown(folder)} cannot be listed ({error.strerror}); mend its permissions"
            ) from None
        begin, absolute = len(str(folder)), os.path.abspath(folder)
        for path in _walk(folder, entries, folder, exclude, set(), [] if passed_over is None else passed_over):
            files.setdefault(absolute + str(path)[begin:], path)
    return sorted(files.values(), key=os.fsencode)


def is_excluded(below: str, exclude: Sequence[str], folder: str = "") -> bool:
    """Whether a path below its folder, or its last name, or it with the folder's name before, fits one of the patterns.

    A pattern may end in `/` and begin with `**/`, as elsewhere.
    """
    forms = {below, below.rpartition("/")[2], f"{folder}/{below}"}
    plain = {form for pattern in exclude for form in (pattern.rstrip("/"), pattern.removeprefix("**/").rstrip("/"))}
    return any(fnmatchcase(form, pattern) for form in forms for pattern in plain)


def shown(path: str | PurePath) -> str:
    """The path as text that any terminal and any log can print, in one line."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return text if text.isprintable() else _UNPRINTABLE.sub(lambda match: ascii(match[0])[1:-1], text)


def is_regular(path: Path) -> bool:
    """Whether the path leads to an ordinary file: reading a pipe or a device could wait for ever."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False


def irregular(path: Path) -> str:
    """What a path is that leads to no ordinary file, in a few plain words with the remedy where there is one."""
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        if error.errno == errno.ELOOP:
            return "a link that leads back to itself; mend or remove it"
        if error.errno == errno.ENOENT and os.path.islink(path):
            return f"a link to {shown(os.readlink(path))}, which is not there; mount its disk, mend or remove the link"
        if os.path.islink(path):
            return f"a link to {shown(os.readlink(path))}, which cannot be reached ({error.strerror}); mend that"
        return f"cannot be read: {error.strerror}"
    if stat.S_ISDIR(mode):
        return "a folder that cannot be listed; mend its permissions"
    return "not a regular file"


def leads_nowhere(path: Path) -> bool:
    """Whether the path is a link to what is not there: a disk that is not mounted, a file that was moved."""
    try:
        os.stat(path)
    except OSError as error:
        return error.errno == errno.ENOENT and os.path.islink(path)
    return False


def content_sha256(content: bytes) -> str:
    """SHA-256 as 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, as 64 hex digits, read in pieces. Raises OSError."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _entries(folder: Path) -> list[os.DirEntry]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: os.fsencode(entry.name))


def _walk(
    folder: Path,
    entries: list[os.DirEntry],
    top: Path,
    exclude: Sequence[str],
    above: set[tuple[int, int]],
    passed_over: list[Path],
) -> Iterator[Path]:
    status = os.stat(folder)
    here = (status.st_dev, status.st_ino)
    if here in above:  # a link that leads back to a folder it lies in
        return
    for entry in entries:
        path = folder / entry.name
        # A link in a circle, or a folder where nobody may look, is listed itself, so that it is reported.
        below = unlisted = None
        try:
            is_folder = entry.is_dir()
            below = _entries(path) if is_folder and not is_clutter(entry.name, True) else None
        except OSError as error:
            is_folder, unlisted = False, error
        if is_clutter(entry.name, is_folder) or (
            exclude and is_excluded(path.relative_to(top).as_posix(), exclude, top.name)
        ):
            passed_over.append(path)
            continue
        if unlisted:
            passed_over.append(path)
        if below is None:
            yield path
        else:
            yield from _walk(path, below, top, exclude, above | {here}, passed_over)
