"""Fingerprints on disk, so that memory holds none of them whatever their number is."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from augury.command.files import nameless_in
from augury.duplicates.fingerprints import FINGERPRINT_BYTES, blocks
from augury.images.arrays import write_array


class FingerprintStore:
    """A file without a name in a folder (default: the system's for temporary files), gone with the last use of it."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  (closed when it is forgotten)
        self.count = 0

    def add(self, fingerprint: np.ndarray) -> int:
        """Keep a fingerprint (FINGERPRINT_BYTES,) uint8; returns its number."""
        self.extend(fingerprint[None])
        return self.count - 1

    def extend(self, fingerprints: np.ndarray) -> None:
        """Keep some, (N, FINGERPRINT_BYTES) uint8."""
        with nameless_in(self.folder):
            self.file.seek(self.count * FINGERPRINT_BYTES)
            self.file.write(np.ascontiguousarray(fingerprints).data)
        self.count += len(fingerprints)

    def ordered(self, numbers: Iterable[int]) -> np.ndarray:
        """The fingerprints of those numbers in that order, (N, FINGERPRINT_BYTES) uint8, memory-mapped for reading."""
        made = FingerprintStore(self.folder)
        for number in numbers:
            self.file.seek(number * FINGERPRINT_BYTES)
            made.add(np.frombuffer(self.file.read(FINGERPRINT_BYTES), np.uint8))
        return made.mapped()

    def mapped(self) -> np.ndarray:
        """All of them, (N, FINGERPRINT_BYTES) uint8, memory-mapped for reading."""
        with nameless_in(self.folder):
            self.file.flush()
        shape = self.count, FINGERPRINT_BYTES
        return np.memmap(self.file, np.uint8, "r", shape=shape) if self.count else np.empty(shape, np.uint8)


def joined(parts: Iterable[np.ndarray], folder: Path | None = None) -> np.ndarray:
    """Several arrays of fingerprints as one, (N, FINGERPRINT_BYTES) uint8, memory-mapped from a file in the folder."""
    made = FingerprintStore(folder)
    for part in parts:
        for block in blocks(part):
            made.extend(block)
    return made.mapped()


def save(path: Path, fingerprints: np.ndarray, of: str | None = None) -> None:
    """Write them as an array of numpy's format, .npy. of: the one word for their images (images.bound)."""
    write_array(path, fingerprints.shape, blocks(fingerprints), of)
