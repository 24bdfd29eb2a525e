"""Writing files so that a reader sees the old one or the new one, never a half."""

import errno
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from augury.command.errors import UserError

UNFINISHED = ".part"  # how the names of unfinished files end
_UNFINISHED = re.compile(rf"\..+\.[a-z0-9_]{{8}}{re.escape(UNFINISHED)}")  # and the whole names, as tempfile makes them
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PROBE = 1 << 16  # bytes that a file must still take: writers fill a disk in pieces
_open: set[Path] = set()  # unfinished files of this process


@contextmanager
def atomic(path: str | Path) -> Iterator[Path]:
    """A temporary path beside `path` that takes its place when the block ends well, and vanishes when it does not.

    The content is flushed to the disk before the rename, so a crash leaves the old file or the new one. Raises OSError
    with the file's name where the disk is full or a limit is reached, whatever the writer made of it.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=UNFINISHED, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    _open.add(temporary)
    try:
        yield temporary
        _sync(temporary)
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
        _sync(path.parent)
    except Exception as error:
        if isinstance(error, UserError):
            raise
        # torch and numpy say that a file did not become as long as it should, and not why.
        full = None if isinstance(error, OSError) and error.errno else _what_fills(temporary)
        if full:
            raise OSError(full, os.strerror(full), str(path)) from error
        if isinstance(error, OSError):
            error.filename = error.filename or str(path)
        raise
    finally:
        temporary.unlink(missing_ok=True)
        _open.discard(temporary)


def abandon() -> None:
    """Remove this process's unfinished files: it is about to end from within a thread."""
    for left in list(_open):
        left.unlink(missing_ok=True)


def sweep(folder: Path, names: str = "*") -> None:
    """Remove what killed writers of files of such names left. Only for the one process that writes them there."""
    for left in folder.glob(f".{names}.*{UNFINISHED}"):
        if _UNFINISHED.fullmatch(left.name):
            left.unlink(missing_ok=True)


def refuse_foreign(folder: Path, own: re.Pattern[str]) -> None:
    """Raise UserError where a folder that is about to be emptied holds what augury did not write there.

    own: the names of what it writes; hidden entries are passed over.
    """
    try:
        names = sorted(entry.name for entry in os.scandir(folder))
    except FileNotFoundError:
        return
    foreign = [name for name in names if not name.startswith(".") and not own.fullmatch(name)]
    if foreign:
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        raise UserError(
            f"{folder} would be emptied, and holds files that augury did not write ({foreign[0]}{more}); name another "
            "--output"
        )


def _what_fills(path: Path) -> int | None:
    """The number of the error that keeps a file from growing, where it is one of _FULL."""
    for number, size in enumerate((1, _PROBE, 1)):  # what is written up to the limit comes short without an error
        try:
            with open(path, "ab", buffering=0) as file:
                file.write(bytes(size))
        except OSError as error:
            at_limit = error.errno != errno.EFBIG or number == 0  # a file stops at its own limit to the byte
            return error.errno if error.errno in _FULL and at_limit else None
    return None


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def nameless_in(folder: Path | None) -> Iterator[None]:
    """An error of a file without a name tells its folder (default: the system's for temporary files) instead."""
    try:
        yield
    except OSError as error:
        error.filename = str(folder or tempfile.gettempdir())
        raise
