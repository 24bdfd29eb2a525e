"""The images of a map: real ones of the training and the test part, and the synthetic ones that an arm takes."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from augury.classifiers.arm_counts import synthetic_count
from augury.classifiers.description import Description
from augury.command.errors import UserError
from augury.generators.pools import read_pool
from augury.images.arrays import resize_square
from augury.images.mapped_arrays import Rows
from augury.images.packs import open_parts
from augury.study.arms import Arm
from augury.tables.predictions import Predictions


@dataclasses.dataclass(frozen=True)
class Points:
    """Images with what a map says of each."""

    images: np.ndarray  # (N, S, S, C) uint8
    kinds: list[str]  # train, test (or validation) and synthetic
    labels: list[int]  # indices of the classes
    names: list[str]  # sha256, or the name inside its pool


class LazyImage(NamedTuple):
    """An image that is read when it is asked for."""

    images: Rows
    row: int
    kind: str
    label: int
    name: str

    def image(self, size_px: int, channels: int) -> np.ndarray:
        """(size_px, size_px, channels) uint8."""
        return resize_square(self.images[self.row : self.row + 1], size_px, channels)[0]


@dataclasses.dataclass(frozen=True)
class Sources:
    """Where the images lie; lists go by class, in the order of the classifier's."""

    packs: Sequence[Path]
    splits: Sequence[Path]
    pools: Sequence[Path] | None


def gather(
    description: Description, predictions: Predictions, sources: Sources, part: str, most: int, wanted: Sequence[str]
) -> tuple[Points, np.ndarray]:
    """The points of a map, at most `most` of each kind, and the images (n, S, S, C) of the sha256 in `wanted`.

    predictions: of the same classifier; its images of `part` are those of the map. Of
    real images those with the smallest sha256 are taken, of a pool the first, of each class its share. Raises UserError
    when lists do not fit, a pool is too small, or a wanted image was not judged.
    """
    classes, form = description.classes, (description.size_px, description.channels)
    for option, files in (("--packs", sources.packs), ("--splits", sources.splits), ("--pools", sources.pools)):
        if files is not None and len(files) != len(classes):
            raise UserError(f"{option} names {len(files)} files for {len(classes)} classes; give one per class")
    judged = set(predictions.of(part).sha256.tolist())
    candidates: list[LazyImage] = []
    trained = []
    for label, (pack, split) in enumerate(zip(sources.packs, sources.splits, strict=True)):
        kinds = ("train", part)
        for kind, (images, rows) in zip(kinds, open_parts(pack, split, kinds), strict=True):
            trained += [len(rows)] if kind == "train" else []
            candidates += [
                LazyImage(images, index, kind, label, row.sha256)
                for index, row in enumerate(rows)
                if kind == "train" or row.sha256 in judged
            ]
    tested = {each.name: each for each in candidates if each.kind == part}
    absent = [sha256 for sha256 in wanted if sha256 not in tested]
    if absent:
        raise UserError(f"image {absent[0][:16]} was not judged by this classifier; train all on the same split")
    chosen = _smallest(candidates, "train", most) + _smallest(candidates, part, most)
    if sources.pools is not None:
        chosen += _synthetic(description.arm_settings, trained, sources.pools, most)
    points = Points(
        np.stack([each.image(*form) for each in chosen]),
        [each.kind for each in chosen],
        [each.label for each in chosen],
        [each.name for each in chosen],
    )
    shown = [tested[sha256].image(*form) for sha256 in wanted]
    return points, np.stack(shown) if shown else np.zeros((0, form[0], form[0], form[1]), np.uint8)


def _smallest(candidates: list[LazyImage], kind: str, most: int) -> list[LazyImage]:
    drawn = sorted((each for each in candidates if each.kind == kind), key=lambda each: each.name)[:most]
    return sorted(drawn, key=lambda each: each.label)  # in the order of the classes, which is that of the colours


def _synthetic(arm: Arm, trained: list[int], pools: Sequence[Path], most: int) -> list[LazyImage]:
    taken = [synthetic_count(arm, number) for number in trained]
    share = min(1.0, most / max(1, sum(taken)))
    made = []
    for label, (pool, number) in enumerate(zip(pools, taken, strict=True)):
        images, rows = read_pool(pool, max(1, int(share * number)) if number else 0)
        made += [LazyImage(images, index, "synthetic", label, row.name) for index, row in enumerate(rows)]
    return made
