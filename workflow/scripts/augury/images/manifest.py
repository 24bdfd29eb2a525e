"""The dataset-wide tables: what the classes' own tables say, and the duplicates across classes.

Rows of images are read as they are needed, and never held: a dataset may have a million.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from augury.command import script
from augury.command.errors import UserError
from augury.duplicates.agreement import ACROSS
from augury.duplicates.fingerprint_store import joined
from augury.duplicates.fingerprints import FINGERPRINT_BYTES, HASH_BYTES, blocks
from augury.duplicates.search import duplicate_rows, find_pairs
from augury.images.bound import check_identity, identity_of
from augury.tables.rows import DuplicateRow, ImageRow, QuarantineRow
from augury.tables.table import each_row, read_rows

INDEX = "index.tsv"
TABLES = (INDEX, "fingerprints.npy", "quarantine.tsv", "duplicates.tsv")  # of a class, as read_class reads them


@dataclass(slots=True)
class ClassTables:
    """What `index_class` wrote for one class."""

    rows: list[ImageRow]
    quarantine: list[QuarantineRow]
    duplicates: list[DuplicateRow]
    fingerprints: np.ndarray  # (N, FINGERPRINT_BYTES) uint8, memory-mapped


@dataclass(slots=True)
class Manifest:
    """The merged tables, sorted by class and sha256 (quarantine: by path)."""

    counts: dict[Path, int]  # images that can be used, by the class's folder
    quarantine: list[QuarantineRow] = field(default_factory=list)
    duplicates: list[DuplicateRow] = field(default_factory=list)

    def rows(self) -> Iterator[ImageRow]:
        """The images of all classes, read anew from the classes' tables."""
        for folder in self.counts:
            yield from each_row(folder / INDEX, ImageRow)


def read_class(folder: Path) -> ClassTables:
    """The tables of a class from its folder. Raises UserError when one is missing or they do not belong together."""
    rows = read_rows(folder / INDEX, ImageRow)
    fingerprints = _fingerprints_of(folder, len(rows), identity_of(row.sha256 for row in rows))
    quarantine = read_rows(folder / "quarantine.tsv", QuarantineRow)
    return ClassTables(rows, quarantine, read_rows(folder / "duplicates.tsv", DuplicateRow), fingerprints)


def read_fingerprints(path: Path) -> np.ndarray:
    """The fingerprints of a class, (N, FINGERPRINT_BYTES) uint8, memory-mapped. Raises UserError."""
    try:
        fingerprints = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise UserError(f"{path} cannot be read ({error}); run index_class again") from None
    if fingerprints.dtype != np.uint8 or fingerprints.ndim != 2 or fingerprints.shape[1] != FINGERPRINT_BYTES:
        raise UserError(f"{path} was written by another version; run index_class again")
    return fingerprints


def merge(folders: list[Path], near_duplicates: bool, scratch: Path | None = None, threads: int = 1) -> Manifest:
    """Merge the classes' tables and look for pairs across classes; each such pair is a conflict.

    folders: each named as its class. Without `near_duplicates` only images of equal pixels are looked for; with them,
    fingerprints lie in a file without a name in the folder `scratch` (default: the system's for temporary files), 4 kB
    an image. Raises UserError as `read_class` does.
    """
    folders = sorted(folders, key=lambda folder: folder.name)
    manifest, parts = Manifest({}), []
    for folder in folders:
        counter = itertools.count()
        identity = identity_of(row.sha256 for row, _ in zip(each_row(folder / INDEX, ImageRow), counter, strict=False))
        manifest.counts[folder] = next(counter)
        parts.append(_fingerprints_of(folder, manifest.counts[folder], identity))
    for folder in folders:
        manifest.quarantine += read_rows(folder / "quarantine.tsv", QuarantineRow)
        manifest.duplicates += read_rows(folder / "duplicates.tsv", DuplicateRow)
    if sum(len(part) > 0 for part in parts) > 1:
        manifest.duplicates += _across(manifest, parts, near_duplicates, scratch, threads)
    manifest.quarantine.sort(key=lambda row: (row.class_, row.path))
    manifest.duplicates.sort(key=lambda row: (not row.conflict, row.class_a, row.sha256_a, row.sha256_b, row.path_b))
    return manifest


def tell_small_classes(manifest: Manifest, min_images: int) -> None:
    """A warning for each class with fewer images than `min_images`."""
    for folder, count in manifest.counts.items():
        if count < min_images:
            script.tell(
                f"warning: class {folder.name} has {count} images that can be used, fewer than {min_images}; add "
                "images, merge it with another class, or leave it out of the classes in the config"
            )


def _across(
    manifest: Manifest, parts: list[np.ndarray], near: bool, scratch: Path | None, threads: int
) -> Iterator[DuplicateRow]:
    groups = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    if near:
        fingerprints = joined(parts, scratch)
    else:
        fingerprints = np.concatenate([block[:, :HASH_BYTES].copy() for part in parts for block in blocks(part)])
    pairs = find_pairs(fingerprints, groups, near, bounds=ACROSS, workers=threads)
    numbers = {number for pair in pairs for number in (pair.one, pair.other)}
    rows = {number: row for number, row in enumerate(manifest.rows()) if number in numbers}
    return duplicate_rows(rows, pairs)


def _fingerprints_of(folder: Path, count: int, identity: str) -> np.ndarray:
    path, remedy = folder / "fingerprints.npy", "run index_class again"
    fingerprints = read_fingerprints(path)
    if len(fingerprints) != count:
        raise UserError(f"{folder} has {count} images and {len(fingerprints)} fingerprints; {remedy}")
    check_identity(path, identity, folder / INDEX, f"remove it and {remedy}")
    return fingerprints
