"""The images that a generator may see: the training part of its own split, unless a study asks for more by name."""

import dataclasses
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import numpy as np

from augury.command.errors import UserError
from augury.command.script import tell
from augury.generators.family import FEWEST
from augury.images.mapped_arrays import blocks, gathered
from augury.images.packs import open_parts
from augury.settings.generation import FromPool
from augury.splits.guard import check_parts, tested_rows
from augury.tables.rows import SplitRow
from augury.tables.table import each_row

# What `trained_on` may say.
PARTS_OF = {
    "train": ("train",),
    "train_and_validation": ("train", "validation"),
    "all": ("train", "validation", "test"),
}
OF_POOL = ("train", "test")  # of an admitted pool: with `guard: record`, what shows a test specimen is trained on
GREY_LEVELS = 3  # of 255 by which the colours of a grey pixel may differ: what JPEG's rounding does
_LUMA = np.array([19595, 38470, 7471], np.uint32)  # ITU-R 601 in 16 bits, as Pillow has it


@dataclasses.dataclass(frozen=True)
class TrainingPart:
    """Images (N, S, S, C) uint8 with their labels (N,) int64 as indices in `classes`, rows, and leaked identities.

    test: rows that no generator of this split may have seen: of the same classes, and specimens by their names.
    validation: the validation part's images and labels, where they were asked for.
    """

    images: np.ndarray
    labels: np.ndarray
    rows: list[SplitRow]
    leaked: list[str]
    test: list[SplitRow]
    validation: tuple[np.ndarray, np.ndarray] | None = None


def load_training_part(
    packs: Sequence[Path],
    splits: Sequence[Path],
    classes: Sequence[str],
    guard: str,
    what: str,
    trained_on: str | FromPool,
    tested: Collection[str] = (),
) -> TrainingPart:
    """Read the training part of each class, after the guard has compared it with the test part of the split.

    trained_on: the parts that are trained on, a key of PARTS_OF; or a pool, of whose folders packs and splits then are,
    the latter as admit_pool writes them. tested: specimens by name that the split tests in any class, of those that
    show several.
    """
    pooled = isinstance(trained_on, FromPool)
    read, labels, train = _open(packs, splits, OF_POOL if isinstance(trained_on, FromPool) else PARTS_OF[trained_on])
    test = tested_rows(tested) + [row for split in splits for row in rows_of_test_part(split)]
    if len(train) < FEWEST:
        remedy = "add images to the pool" if pooled else "add images or leave the class out by `classes`"
        raise UserError(
            f"{what} has {len(train)} training images of {', '.join(classes)}; a generator needs at least {FEWEST}: "
            f"{remedy}"
        )
    leaked = check_parts(train, test, guard, what)
    return TrainingPart(read(), labels, train, leaked, test)


def load_validation_part(packs: Sequence[Path], splits: Sequence[Path]) -> tuple[np.ndarray, np.ndarray] | None:
    """Images and labels of the validation part of each class, or None where there are none."""
    read, labels, rows = _open(packs, splits, ("validation",))
    return (read(), labels) if rows else None


def _open(
    packs: Sequence[Path], splits: Sequence[Path], parts: Sequence[str]
) -> tuple[Callable[[], np.ndarray], np.ndarray, list[SplitRow]]:
    # A reader of the images of some parts of each class, their labels, and their rows.
    images, labels, all_rows = [], [np.empty(0, np.int64)], []
    for label, (pack, split) in enumerate(zip(packs, splits, strict=True)):
        for picked, rows in open_parts(pack, split, parts):
            images.append(picked)
            labels.append(np.full(len(rows), label, np.int64))
            all_rows += rows

    def read() -> np.ndarray:
        return gathered((block for picked in images for block in blocks(picked)), len(all_rows))

    return read, np.concatenate(labels), all_rows


def rows_of_test_part(split: Path) -> list[SplitRow]:
    """The test part of a table of splits."""
    return [row for row in each_row(split, SplitRow) if row.part == "test"]


def are_grey(images: np.ndarray) -> bool:
    """Whether no pixel of images (N, S, S, C) uint8 has a colour."""
    return all(int(np.ptp(block, axis=-1).max(initial=0)) <= GREY_LEVELS for block in blocks(images))


def luma(images: np.ndarray) -> np.ndarray:
    """Images (N, S, S, 3) uint8 -> (N, S, S, 1)."""
    weighted = ((block @ _LUMA + 32768 >> 16).astype(np.uint8)[..., None] for block in blocks(images))
    return gathered(weighted, len(images))


def as_trained(images: np.ndarray, channels: int) -> np.ndarray:
    """Images (N, S, S, C) uint8 of a pack as a generator of so many channels saw them: `auto` may have made it grey."""
    return luma(images) if channels < images.shape[3] else images


def in_colours(part: TrainingPart, channels: str, start_channels: int | None, what: str) -> TrainingPart:
    """The part as `channels` wants it: for auto in grey where all images are and the start, if any, has no colours.

    The training images alone decide. Raises UserError when the images have colours and the start has none.
    """
    if part.images.shape[3] == 1:
        return part
    grey = are_grey(part.images)
    if channels == "auto" and start_channels == 1 and not grey:
        raise UserError(f"{what} starts from a grey generator, and its images have colours; set `channels` for both")
    if channels != "auto" or not grey or start_channels == 3:
        if grey and channels == "rgb":
            tell(f"all {len(part.images)} training images are grey; `channels: auto` trains without colours")
        return part
    tell(f"all {len(part.images)} training images are grey: no colours are trained")
    watched = part.validation and (luma(part.validation[0]), part.validation[1])
    return dataclasses.replace(part, images=luma(part.images), validation=watched)
