"""The features that a statistic may be made of: those of training images, and those of a pool."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from augury.command.errors import UserError
from augury.tables.rows import PackRow, SplitRow
from augury.tables.table import read_rows


def load_features(path: str | Path, rows: int, rows_path: str | Path) -> np.ndarray:
    """Features (rows, d) from an .npy file; UserError when they are missing or not as many as the table's rows."""
    try:
        features = np.load(path, allow_pickle=False)
    except FileNotFoundError:
        raise UserError(f"{path} is missing; run extract_features") from None
    if features.ndim != 2 or len(features) != rows:
        raise UserError(
            f"{path} holds an array {features.shape} but {rows_path} has {rows} rows; run extract_features again"
        )
    return features


def training_features(
    features: str | Path, rows: str | Path, split: str | Path, part: str = "train"
) -> tuple[np.ndarray, np.ndarray]:
    """Features (n, d) and specimens (n,) of the images of a class that the split trains on.

    rows: the PackRow table that says which image each feature row is of; split: the class's SplitRow table. Raises
    UserError when another part is asked for, an image stands in the training part and elsewhere, or has no features.
    """
    if part != "train":
        raise UserError(f"features of part '{part}' were asked for; only part 'train' may enter a feature statistic")
    hashes = [row.sha256 for row in read_rows(rows, PackRow)]
    table = read_rows(split, SplitRow)
    chosen = [row for row in table if row.part == part]
    _refuse_shared(split, chosen, [row for row in table if row.part != part])
    place = {sha256: number for number, sha256 in enumerate(hashes)}
    missing = [row.path for row in chosen if row.sha256 not in place]
    if missing:
        raise UserError(
            f"{rows} lacks {len(missing)} training images of {split} ({_few(missing)}); "
            "run pack_class and extract_features again"
        )
    values = load_features(features, len(hashes), rows)[[place[row.sha256] for row in chosen]]
    return values, np.array([row.specimen for row in chosen], dtype=str)


def _refuse_shared(split: str | Path, chosen: Sequence[SplitRow], others: Sequence[SplitRow]) -> None:
    held_out = {row.sha256 for row in others}
    shared = [row.path for row in chosen if row.sha256 in held_out]
    if shared:
        raise UserError(
            f"{split} has {len(shared)} training images that stand in another part too ({_few(shared)}); "
            "no feature statistic is made of them: split the class again"
        )


def _few(paths: Sequence[str]) -> str:
    return ", ".join(paths[:5]) + (" and more" if len(paths) > 5 else "")
