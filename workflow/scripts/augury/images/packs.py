"""Packs: a class's images at a network's size in one memory-mapped array, NAME.npy, with its rows in NAME.tsv.

Reading needs numpy alone: trainers import this module, and no image file is opened there.
"""

from pathlib import Path

import numpy as np

from augury.command.errors import UserError
from augury.images.files import shown
from augury.tables.rows import PARTS, PackRow, SplitRow
from augury.tables.table import read_rows


def rows_path(pack_path: str | Path) -> Path:
    """The table of rows that stands beside a pack."""
    return Path(pack_path).with_suffix(".tsv")


def open_pack(pack_path: str | Path) -> tuple[np.ndarray, list[str]]:
    """The images (N, H, W, C) uint8, memory-mapped for reading, and the sha256 of each.

    Raises UserError when a file is missing, the array is none of images, or the two do not belong together.
    """
    remedy = "remove both and run pack_class again"
    try:
        images = np.load(pack_path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError:
        raise UserError(f"{pack_path} is missing; run pack_class for this class") from None
    except (ValueError, EOFError, OSError) as error:
        raise UserError(f"{pack_path} cannot be read as an array ({error}); {remedy}") from None
    if images.dtype != np.uint8 or images.ndim != 4:
        raise UserError(f"{pack_path} holds {images.dtype} of shape {images.shape}, not uint8 (N, H, W, C); {remedy}")
    sha256s = [row.sha256 for row in read_rows(rows_path(pack_path), PackRow)]
    if len(sha256s) != len(images):
        raise UserError(f"{pack_path} has {len(images)} images, {rows_path(pack_path)} {len(sha256s)} rows; {remedy}")
    return images, sha256s


def load_parts(pack_path: str | Path, split_path: str | Path, part: str) -> tuple[np.ndarray, list[SplitRow]]:
    """The images of one part of a split, in the split's order.

    pack_path: the pack of a class; split_path: a table of SplitRow whose rows are of that class. part: train,
    validation or test. Returns (n, H, W, C) uint8 in memory and their n rows.
    Raises UserError when a row of the part is not in the pack.
    """
    if part not in PARTS:
        raise UserError(f"part is '{part}'; it must be one of {', '.join(PARTS)}")
    images, sha256s = open_pack(pack_path)
    places = {sha256: place for place, sha256 in enumerate(sha256s)}
    rows = [row for row in read_rows(split_path, SplitRow) if row.part == part]
    missing = [row for row in rows if row.sha256 not in places]
    if missing:
        raise UserError(
            f"{len(missing)} images of {split_path} are not in {pack_path}, such as {shown(missing[0].path)} "
            f"({missing[0].sha256[:16]}); run index_class, split_class and pack_class again"
        )
    return images[np.array([places[row.sha256] for row in rows], np.int64)], rows
