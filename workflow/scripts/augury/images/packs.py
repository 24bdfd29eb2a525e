"""Packs: a class's images at a network's size in one memory-mapped array, NAME.npy, with its rows in NAME.tsv.

Reading needs numpy alone: trainers import this module, and no image file is opened there.
"""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from augury.command.errors import UserError
from augury.images.bound import check_bound
from augury.images.files import shown
from augury.images.mapped_arrays import blocks, gathered, watched
from augury.tables.rows import PARTS, PackRow, SplitRow
from augury.tables.table import each_row


@dataclasses.dataclass(frozen=True)
class Picked:
    """Images (n, H, W, C) uint8 of a pack, in an order of their own; they are read when a slice is asked for."""

    pack_path: Path
    shape: tuple[int, ...]
    indices: np.ndarray  # (n,) int64, rows of the pack

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, part: slice) -> np.ndarray:
        # Opened each time: many packs at once would be as many open files, and pages that were read stay resident.
        return np.load(self.pack_path, mmap_mode="r")[self.indices[part]]

    def at(self, indices: Sequence[int]) -> "Picked":
        """Those of the indices (m,)."""
        return self._of(self.indices[np.asarray(indices, np.int64)])

    def followed_by(self, other: "Picked") -> "Picked":
        """These and then the others, which are of the same pack."""
        return self._of(np.concatenate([self.indices, other.indices]))

    def _of(self, indices: np.ndarray) -> "Picked":
        return Picked(self.pack_path, (len(indices), *self.shape[1:]), indices)


def rows_path(pack_path: str | Path) -> Path:
    """The table of rows that stands beside a pack."""
    return Path(pack_path).with_suffix(".tsv")


def open_pack(pack_path: str | Path) -> tuple[np.ndarray, list[str]]:
    """The images (N, H, W, C) uint8, memory-mapped for reading, and the sha256 of each.

    Raises UserError when a file is missing or damaged, the array is none of images, or the two do not belong together.
    """
    remedy = "remove it and its .tsv, and run pack_class again"
    try:
        images = np.load(pack_path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError:
        raise UserError(f"{pack_path} is missing; run pack_class for this class") from None
    except (ValueError, EOFError, OSError) as error:
        raise UserError(f"{pack_path} cannot be read as an array ({error}); {remedy}") from None
    if images.dtype != np.uint8 or images.ndim != 4:
        raise UserError(f"{pack_path} holds {images.dtype} of shape {images.shape}, not uint8 (N, H, W, C); {remedy}")
    sha256s = [row.sha256 for row in each_row(rows_path(pack_path), PackRow)]
    if len(sha256s) != len(images):
        raise UserError(f"{pack_path} has {len(images)} images, {rows_path(pack_path)} {len(sha256s)} rows; {remedy}")
    check_bound(pack_path, sha256s, rows_path(pack_path), remedy)
    return watched(images), sha256s


def open_parts(
    pack_path: str | Path, split_path: str | Path, parts: Sequence[str]
) -> list[tuple[Picked, list[SplitRow]]]:
    """The images of parts of a split, each in the split's order, with their rows. No image is read.

    pack_path: the pack of a class; split_path: a table of SplitRow whose rows are of that class. parts: of PARTS.
    Raises UserError when a row of the parts is not in the pack.
    """
    for part in parts:
        if part not in PARTS:
            raise UserError(f"part is '{part}'; it must be one of {', '.join(PARTS)}")
    images, sha256s = open_pack(pack_path)
    index_of = {sha256: index for index, sha256 in enumerate(sha256s)}
    rows: dict[str, list[SplitRow]] = {part: [] for part in parts}
    missing: list[SplitRow] = []
    for row in each_row(split_path, SplitRow):
        if row.part in rows:
            (rows[row.part] if row.sha256 in index_of else missing).append(row)
    if missing:
        raise UserError(
            f"{len(missing)} images of {split_path} are not in {pack_path}, such as {shown(missing[0].path)} "
            f"({missing[0].sha256[:16]}); run index_class, split_class and pack_class again"
        )
    whole = Picked(Path(pack_path), images.shape, np.arange(len(images)))
    return [(whole.at([index_of[row.sha256] for row in rows[part]]), rows[part]) for part in parts]


def load_parts(pack_path: str | Path, split_path: str | Path, part: str) -> tuple[np.ndarray, list[SplitRow]]:
    """The images of one part of a split, (n, H, W, C) uint8, and their n rows, as open_parts finds them."""
    [(picked, rows)] = open_parts(pack_path, split_path, [part])
    return gathered(blocks(picked), len(picked)), rows
