"""The features that a statistic may be made of: those of training images, and of validation images as held-out ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from augury.command.errors import UserError
from augury.images.bound import check_bound
from augury.splits.identity import specimen_key
from augury.tables.rows import PackRow, SplitRow
from augury.tables.table import read_rows


@dataclass(frozen=True, slots=True)
class PartFeatures:
    """Features of a class's images in one part of a split, with the split's rows of them, in its order."""

    values: np.ndarray  # (n, d)
    rows: list[SplitRow]

    @property
    def specimens(self) -> np.ndarray:
        """(n,) identities of the images' specimens."""
        return np.array([specimen_key(row.class_, row.specimen) for row in self.rows], dtype=str)


def load_features(path: str | Path, rows: int, rows_path: str | Path) -> np.ndarray:
    """Features (rows, d) from an .npy file; UserError when they are missing or not as many as the table's rows."""
    try:
        features = np.load(path, allow_pickle=False)
    except FileNotFoundError:
        raise UserError(f"{path} is missing; run extract_features") from None
    except (ValueError, EOFError, OSError) as error:
        raise UserError(f"{path} cannot be read as an array ({error}); run extract_features again") from None
    if features.ndim != 2 or len(features) != rows:
        raise UserError(
            f"{path} holds an array {features.shape} but {rows_path} has {rows} rows; run extract_features again"
        )
    return features


def training_features(features: str | Path, rows: str | Path, split: str | Path, part: str = "train") -> PartFeatures:
    """Features of the images of a class that the split trains on.

    rows: the PackRow table that says which image each feature row is of; split: the class's SplitRow table. Raises
    UserError when another part is asked for, an image stands in this part and elsewhere, or has no features.
    """
    if part != "train":
        raise UserError(f"features of part '{part}' were asked for; only part 'train' may enter a feature statistic")
    return _part(features, rows, split, part)


def held_out_features(
    features: str | Path, rows: str | Path, split: str | Path, part: str = "validation"
) -> PartFeatures:
    """The same of the validation part, which chooses among snapshots and tells copies; none where it has no images.

    Raises UserError for any other part: test images enter no score.
    """
    if part != "validation":
        raise UserError(
            f"held-out features of part '{part}' were asked for; only part 'validation' may choose or tell copies"
        )
    return _part(features, rows, split, part)


def _part(features: str | Path, rows: str | Path, split: str | Path, part: str) -> PartFeatures:
    hashes = [row.sha256 for row in read_rows(rows, PackRow)]
    table = read_rows(split, SplitRow)
    chosen = [row for row in table if row.part == part]
    _refuse_shared(split, part, chosen, [row for row in table if row.part != part])
    row_of = {sha256: number for number, sha256 in enumerate(hashes)}
    missing = [row.path for row in chosen if row.sha256 not in row_of]
    if missing:
        raise UserError(
            f"{rows} lacks {len(missing)} {part} images of {split} ({_few(missing)}); "
            "run pack_class and extract_features again"
        )
    values = load_features(features, len(hashes), rows)
    check_bound(features, hashes, rows, "remove it and run extract_features again")
    values = values[np.array([row_of[row.sha256] for row in chosen], np.int64)]
    return PartFeatures(values, chosen)


def _refuse_shared(split: str | Path, part: str, chosen: Sequence[SplitRow], others: Sequence[SplitRow]) -> None:
    elsewhere = {row.sha256 for row in others}
    shared = [row.path for row in chosen if row.sha256 in elsewhere]
    if shared:
        raise UserError(
            f"{split} has {len(shared)} {part} images that stand in another part too ({_few(shared)}); "
            "no feature statistic is made of them: split the class again"
        )


def _few(paths: Sequence[str]) -> str:
    return ", ".join(paths[:5]) + (" and more" if len(paths) > 5 else "")
