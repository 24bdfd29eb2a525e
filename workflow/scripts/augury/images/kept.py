"""Fingerprints on disk, so that memory holds none of them whatever their number is."""

import contextlib
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from augury.images.arrays import write_array
from augury.images.fingerprints import FINGERPRINT_BYTES, blocks


class Kept:
    """A file without a name in a folder (default: the system's for temporary files), gone with the last use of it."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  (closed when it is forgotten)
        self.count = 0

    def add(self, fingerprint: np.ndarray) -> int:
        """Keep a fingerprint (FINGERPRINT_BYTES,) uint8; returns its number."""
        with self._named():
            self.file.seek(self.count * FINGERPRINT_BYTES)
            self.file.write(fingerprint.tobytes())
        self.count += 1
        return self.count - 1

    def ordered(self, numbers: Iterable[int]) -> np.ndarray:
        """The fingerprints of those numbers in that order, (N, FINGERPRINT_BYTES) uint8, memory-mapped for reading."""
        made = Kept(self.folder)
        for number in numbers:
            self.file.seek(number * FINGERPRINT_BYTES)
            made.add(np.frombuffer(self.file.read(FINGERPRINT_BYTES), np.uint8))
        with made._named():
            made.file.flush()
        shape = made.count, FINGERPRINT_BYTES
        return np.memmap(made.file, np.uint8, "r", shape=shape) if made.count else np.empty(shape, np.uint8)

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:  # of a file without a name; its folder is what the user can mend
            error.filename = str(self.folder or tempfile.gettempdir())
            raise


def save(path: Path, fingerprints: np.ndarray) -> None:
    """Write them as an array of numpy's format, .npy."""
    write_array(path, fingerprints.shape, blocks(fingerprints))
