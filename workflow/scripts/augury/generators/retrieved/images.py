"""Which images of a pool are the nearest to the training images of a class, past the guard."""

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from augury.command import script
from augury.command.errors import UserError
from augury.generators.importing import Collected
from augury.generators.pools import arm_count
from augury.images.bound import check_bound
from augury.images.packs import Picked, open_pack, rows_path
from augury.scores.features import PartFeatures, load_features, training_features
from augury.splits.elsewhere import known_images
from augury.splits.identity import is_named, specimen_key
from augury.tables.rows import DuplicateRow, ImageRow, SplitRow
from augury.tables.table import read_rows

_BLOCK = 4096  # images of a pool that are compared at a time


@dataclasses.dataclass(frozen=True)
class Retrieval:
    """What is retrieved from, and by what: files in the order of `classes`, and of the pool's folders.

    A pool has one folder of images without labels, or one of each class.
    """

    what: str
    class_: str
    classes: Sequence[str]
    splits: Sequence[Path]
    features: Sequence[Path]  # of the study's own packs
    pool_indices: Sequence[Path]
    pool_packs: Sequence[Path]
    pool_features: Sequence[Path]
    twins: Path
    guard: str
    ratio: float  # the most that an arm takes, and a number
    count: int


@dataclasses.dataclass(frozen=True)
class _Folder:
    """The images of one folder of a pool."""

    rows: list[ImageRow]
    pack: Path
    features: Path

    def values(self) -> np.ndarray:
        """Features (n, d), of length 1."""
        check_bound(self.features, [row.sha256 for row in self.rows], rows_path(self.pack), "remove it and run again")
        return _unit(load_features(self.features, len(self.rows), rows_path(self.pack)))


def collect(asked: Retrieval) -> Collected:
    """The images of a class, the nearest first, as many as any arm takes or as there are.

    Near is the cosine between an image's features and those of the nearest training image of the class. Without labels
    an image is of the class to which it is the nearest. Of near-duplicates in the pool the nearest alone is taken; what
    shows a training, validation or reserve specimen is no new image and is left out. Raises UserError where the pool
    shows a test specimen (guard `enforce`), or no image is left.
    """
    folders = [
        _Folder(read_rows(index, ImageRow), pack, features)
        for index, pack, features in zip(asked.pool_indices, asked.pool_packs, asked.pool_features, strict=True)
    ]
    pool = [row for folder in folders for row in folder.rows]
    split_rows = [row for split in asked.splits for row in read_rows(split, SplitRow)]
    shown, leaked = known_images(pool, read_rows(asked.twins, DuplicateRow), split_rows, asked.guard, asked.what)
    trained = {
        class_: training_features(features, rows_path(_pack_of(features)), split)
        for class_, features, split in zip(asked.classes, asked.features, asked.splits, strict=True)
    }
    n_train = len(trained[asked.class_].values)
    wanted = max(asked.count, arm_count(asked.ratio, n_train), n_train)
    labelled = len(folders) > 1
    own = folders[list(asked.classes).index(asked.class_)] if labelled else folders[0]
    ranked = _ranked(own, trained, asked.class_, labelled)
    chosen = list(_new(own.rows, ranked, shown, wanted))
    if not chosen:
        raise UserError(
            f"{asked.what} finds no image of {asked.class_} in the pool that is new to the study; add images to it, or "
            "leave the class out with `classes`"
        )
    images, sha256s = open_pack(own.pack)
    if sha256s != [row.sha256 for row in own.rows]:
        raise UserError(f"{own.pack} is of other images than its index lists; remove it and run again")
    picked = Picked(own.pack, images.shape, np.arange(len(images))).at(chosen)
    similar = f"{ranked[chosen[0]]:.2f} to {ranked[chosen[-1]]:.2f}"
    script.tell(f"{asked.what}, {asked.class_}: {len(chosen)} of {len(own.rows)} images, cosines from {similar}")
    about = {"retrieved": [own.rows[index].sha256 for index in chosen]}
    return Collected(picked[:], [], leaked, [], about)


def _ranked(folder: _Folder, trained: dict[str, PartFeatures], class_: str, labelled: bool) -> dict[int, float]:
    """The cosine of each candidate with the nearest training image, the largest first."""
    values, made = folder.values(), dict[int, float]()
    others = [] if labelled else [each for each in trained if each != class_]
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK]
        nearest = _nearest(block, trained[class_])
        rivals = np.max([np.full(len(block), -np.inf), *(_nearest(block, trained[each]) for each in others)], axis=0)
        made |= {start + index: float(nearest[index]) for index in np.flatnonzero(nearest > rivals).tolist()}
    # Equally near ones in the order of the index, which is that of their hashes.
    return dict(sorted(made.items(), key=lambda item: (-item[1], item[0])))


def _nearest(block: np.ndarray, part: PartFeatures) -> np.ndarray:
    return (block @ _unit(part.values).T).max(axis=1, initial=-np.inf)


def _new(rows: Sequence[ImageRow], ranked: dict[int, float], shown: set[str], wanted: int) -> Iterator[int]:
    seen: set[str] = set()
    for index in ranked:
        row = rows[index]
        key = row.sha256 if is_named(row.specimen) else specimen_key(row.class_, row.specimen)
        if row.sha256 not in shown and key not in seen and len(seen) < wanted:
            seen.add(key)
            yield index


def _unit(values: np.ndarray) -> np.ndarray:
    return values / np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-12)


def _pack_of(features: Path) -> Path:
    # PACK.features-NETWORK.npy lies beside PACK.npy.
    return features.with_name(features.name.partition(".features-")[0] + ".npy")
