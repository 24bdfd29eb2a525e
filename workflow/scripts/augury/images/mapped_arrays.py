"""Arrays that do not have to fit in memory: beyond a bound they lie in a file without a name, and are mapped.

To numpy and torch such an array is like any other, and its bits are the same. The system drops its pages when memory is
short and reads them again, so that a million images train where a few thousand do. Pages that were read count as
resident until they are given back.
"""

import itertools
import math
import mmap
import os
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np

from augury.command.files import UNFINISHED, nameless_in

BOUND = 256 << 20  # bytes of an array that is held in memory, and of pages that are resident before they are given back
BLOCK = 8 << 20  # bytes that are copied at a time
# Bytes that are written at a time. Linux keeps what was written at once as one piece, of up to 2 MB, and maps all of it
# where a byte is read: a batch of images from all over the file would make a hundred times its size resident.
PIECE = 64 << 10

_maps: "weakref.WeakSet[mmap.mmap]" = weakref.WeakSet()
_folder: Path | None = None
_resident = 0  # bytes of mapped files, libraries included, after pages were given back


class Rows(Protocol):
    """Images (N, ...), of which a slice is an array."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice) -> np.ndarray: ...


def keep_in(folder: Path) -> None:
    """Put the files of large arrays there from now on; before, the system's folder for temporary files holds them.

    A folder of results is on a disk, where that for temporary files is in memory on some clusters.
    """
    global _folder
    _folder = folder


def gathered(parts: Iterable[np.ndarray], count: int) -> np.ndarray:
    """Arrays (n, ...) of one shape and type, at least one, joined: (count, ...), writable.

    What is not more than BOUND bytes is in memory; of more, memory holds a part at a time. Raises OSError with the
    folder's name when the disk is full.
    """
    rest = iter(parts)
    first = next(rest)
    shape = (count, *first.shape[1:])
    if math.prod(shape) * first.itemsize > BOUND:
        return _mapped(itertools.chain([first], rest), shape, first.dtype)
    made, row = np.empty(shape, first.dtype), 0
    for part in itertools.chain([first], rest):
        made[row : row + len(part)] = part
        row += len(part)
    if row != count:
        raise ValueError(f"{row} rows where {count} were announced")
    return made


def blocks(rows: Rows, largest: int = 0) -> Iterator[np.ndarray]:
    """Slices one after the other, at least one, of about BLOCK bytes; `largest`: bytes that become of a row."""
    step = max(1, BLOCK // max(math.prod(rows.shape[1:]), largest, 1))
    for start in range(0, max(len(rows), 1), step):
        yield rows[start : start + step]
        give_back()


def watched(array: np.ndarray) -> np.ndarray:
    """The same array, which was mapped from a file by others: its pages are given back too."""
    base = _map_of(array)
    if base is not None:
        _maps.add(base)
    return array


def drop_pages(array: np.ndarray) -> None:
    """Hold no page of the file that the array is mapped from, if it is; they are read again when they are asked for."""
    base = _map_of(array)
    if base is not None:
        base.madvise(mmap.MADV_DONTNEED)


def give_back() -> None:
    """To be called between pieces of work: when mapped files have more than BOUND bytes resident, they give them back.

    Nothing is lost, and nothing has to be read from a disk again while memory is free.
    """
    global _resident
    if not _maps:
        return
    now = _resident_bytes()
    if now is None or now > _resident + BOUND:
        for each in list(_maps):
            each.madvise(mmap.MADV_DONTNEED)
        _resident = _resident_bytes() or 0


def _map_of(array: np.ndarray) -> mmap.mmap | None:
    base: object = array
    while isinstance(base, np.ndarray):
        base = base.base
    return base if isinstance(base, mmap.mmap) else None


def _open() -> BinaryIO:
    if _folder is not None:
        _folder.mkdir(parents=True, exist_ok=True)
    # Where the file system can hold no file without a name it has one for a moment; StateFolder sweeps such names.
    return tempfile.TemporaryFile(dir=_folder, prefix=".images.", suffix=UNFINISHED)


def _mapped(parts: Iterable[np.ndarray], shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    # Written and not mapped: on a full disk, a write to a map kills the process without a word.
    with nameless_in(_folder):
        file = _open()
    with file:
        for part in parts:
            with nameless_in(_folder):
                _write(file, np.ascontiguousarray(part).reshape(-1).view(np.uint8))
            give_back()
        with nameless_in(_folder):
            file.flush()
            # Some file systems tell only now that they are full; and pages that lie on the disk can be dropped at once.
            os.fsync(file)
            made = mmap.mmap(file.fileno(), 0)
    _maps.add(made)
    return np.frombuffer(made, dtype).reshape(shape)


def _write(file: BinaryIO, content: np.ndarray) -> None:
    for start in range(0, len(content), PIECE):
        file.write(content[start : start + PIECE].data)


def _resident_bytes() -> int | None:
    # The third number of statm: pages of mapped files and of shared memory. None where the system is not Linux.
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[2]) * mmap.PAGESIZE
    except OSError:
        return None
