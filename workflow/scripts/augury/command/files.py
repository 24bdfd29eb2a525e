"""Writing files so that a reader sees the old one or the new one, never a half."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from augury.command.errors import UserError

UNFINISHED = ".part"  # how the names of unfinished files end
_FULL_BYTES = 1 << 16  # less free space than this is none: writers fill a disk in pieces


@contextmanager
def atomic(path: str | Path) -> Iterator[Path]:
    """A temporary path beside `path` that takes its place when the block ends well, and vanishes when it does not.

    The content is flushed to the disk before the rename, so a crash leaves the old file or the new one. Raises OSError
    with the file's name where the disk is full, whatever the writer made of it.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=UNFINISHED, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        _sync(temporary)
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
        _sync(path.parent)
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
    except Exception as error:
        if isinstance(error, UserError) or not _is_full(path.parent):
            raise
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path)) from error
    finally:
        temporary.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what killed writers left in the folder. Only for the one process that writes there."""
    for left in folder.glob(f".*{UNFINISHED}"):
        left.unlink(missing_ok=True)


def _is_full(folder: Path) -> bool:
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize < _FULL_BYTES


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
