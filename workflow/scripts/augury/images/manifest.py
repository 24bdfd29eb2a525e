"""The dataset-wide tables: what the classes' own tables say, and the duplicates across classes."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from augury.command import script
from augury.command.errors import UserError
from augury.images.duplicates import duplicate_rows, find_pairs
from augury.images.fingerprints import FINGERPRINT_BYTES, HASH_BYTES, blocks
from augury.tables.rows import DuplicateRow, ImageRow, QuarantineRow
from augury.tables.table import read_rows


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

    rows: list[ImageRow] = field(default_factory=list)
    quarantine: list[QuarantineRow] = field(default_factory=list)
    duplicates: list[DuplicateRow] = field(default_factory=list)


def read_class(folder: Path) -> ClassTables:
    """The tables of a class from its folder. Raises UserError when one is missing or they do not belong together."""
    rows = read_rows(folder / "index.tsv", ImageRow)
    fingerprints = read_fingerprints(folder / "fingerprints.npy")
    if len(fingerprints) != len(rows):
        raise UserError(f"{folder} has {len(rows)} images and {len(fingerprints)} fingerprints; run index_class again")
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


def merge(folders: list[Path], near_duplicates: bool = True) -> Manifest:
    """Merge the classes' tables and look for pairs across classes; each such pair is a conflict.

    Without `near_duplicates` only images of equal pixels are looked for.
    """
    manifest, fingerprints = Manifest(), []
    for folder in sorted(folders, key=lambda folder: folder.name):
        tables = read_class(folder)
        manifest.rows += tables.rows
        manifest.quarantine += tables.quarantine
        manifest.duplicates += tables.duplicates
        used = FINGERPRINT_BYTES if near_duplicates else HASH_BYTES
        fingerprints += [block[:, :used].copy() for block in blocks(tables.fingerprints)]
    if manifest.rows:
        numbers = {class_: number for number, class_ in enumerate(sorted({row.class_ for row in manifest.rows}))}
        groups = np.array([numbers[row.class_] for row in manifest.rows])
        pairs = find_pairs(np.concatenate(fingerprints), groups, near_duplicates)
        manifest.duplicates += duplicate_rows(manifest.rows, pairs)
    manifest.rows.sort(key=lambda row: (row.class_, row.sha256))
    manifest.quarantine.sort(key=lambda row: (row.class_, row.path))
    manifest.duplicates.sort(key=lambda row: (not row.conflict, row.class_a, row.sha256_a, row.sha256_b, row.path_b))
    return manifest


def tell_small_classes(folders: list[Path], rows: list[ImageRow], min_images: int) -> None:
    """A warning for each class with fewer images than `min_images`."""
    for name in sorted(folder.name for folder in folders):
        count = sum(row.class_ == name for row in rows)
        if count < min_images:
            script.tell(
                f"warning: class {name} has {count} images that can be used, fewer than {min_images}; add images, "
                "merge it with another class, or leave it out of the classes in the config"
            )
