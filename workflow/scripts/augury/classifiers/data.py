"""What an arm trains on, and what its classifier is judged on: images from packs and pools, as arrays."""

import dataclasses
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from augury.augmentation.classical import Classical, offline_copies
from augury.classifiers import sources
from augury.classifiers.arm_counts import Images, classical_count, drawn_specimens, synthetic_count
from augury.classifiers.arm_data import KINDS, ArmData, Part
from augury.classifiers.description import Description
from augury.classifiers.family import ClassifierSettings
from augury.command import script
from augury.command.errors import UserError
from augury.generators.pools import read_pool
from augury.images.arrays import resized_blocks
from augury.images.mapped_arrays import blocks, gathered
from augury.images.packs import open_parts, rows_path
from augury.splits.guard import check_parents, check_parts
from augury.splits.identity import specimen_key
from augury.study.arms import Arm
from augury.tables.rows import DuplicateRow, SplitRow, SyntheticRow
from augury.tables.table import each_row, read_rows
from augury.training.randomness import mix_seed


@dataclasses.dataclass(frozen=True)
class Files:
    """Where a dataset's images and tables lie; lists go by class, in the order of the labels."""

    packs: Sequence[Path]
    splits: Sequence[Path]
    pools: Sequence[Path] | None  # index.tsv, or None where the arm takes no synthetic images
    duplicates: Path


def files_read(files: Files, settings: ClassifierSettings, weights: Path) -> list[Path]:
    """All files that a training reads: those, what lies beside them, and the weights that it starts from."""
    pools = [path for index in files.pools or () for path in (index, *sorted(index.parent.glob("shard-*.tar")))]
    packs = [*files.packs, *map(rows_path, files.packs)]
    return [*packs, *files.splits, *pools, files.duplicates, *sources.files_read(*settings.starts_from(), weights)]


def load_arm(description: Description, files: Files, guard: str) -> ArmData:
    """Read the parts of all classes, leave conflicts out of validation and test, and make the arm's training set.

    Raises UserError when a class has no training image, a pool is too small, or a
    specimen of the test part is trained on.
    """
    arm, classes = description.arm_settings, description.classes
    what = f"{description.classifier} on arm {description.arm}"
    _check_files(arm, classes, files, what)
    form = description.size_px, description.channels
    loaded = _open_parts(files, ["train", "validation", "test"])
    plain_images = sum(len(rows) for _, rows in loaded["train"])
    if arm.specimens != 1:
        reserve = _open_parts(files, ["reserve"])["reserve"]
        loaded["train"] = drawn_specimens(arm.specimens, loaded["train"], reserve, classes, what)
    for name, split, (images, _) in zip(classes, files.splits, loaded["train"], strict=True):
        if not len(images):
            remedy = "add images of it, or take it out of the dataset's `classes`"
            raise UserError(f"class '{name}' has no training image in {split}; {remedy}")
    conflicts = _conflicts(files.duplicates, loaded)
    judged = {part: _judged(loaded[part], conflicts, part, form) for part in ("validation", "test")}
    rows = [row for _, rows in loaded["train"] for row in rows]
    leaked = check_parts(rows, judged["test"].rows, guard, what)
    counts = _count(arm, classes, loaded["train"])
    shown: list[str] = []
    pools: dict[Path, list[SyntheticRow]] = {}
    made = _training_images(arm, classes, loaded["train"], files.pools, description.seed, form, shown, pools)
    labels = np.repeat(np.arange(len(classes)), np.sum([counts[kind] for kind in KINDS], axis=0))
    train = Part(gathered(made, len(labels)), labels, rows)
    known = (row for split in files.splits for row in each_row(split, SplitRow))
    begun = check_parents(pools, known, judged["test"].rows, guard, what)
    leaked_pools = [str(index) for index, of in pools.items() if str(index) in begun or any(row.leaked for row in of)]
    data = ArmData(
        train=train,
        validation=judged["validation"],
        test=judged["test"],
        counts=counts,
        plain_images=plain_images,
        leaked=leaked + leaked_pools,
        identities=[_digest(part) for part in (train, judged["validation"])],
        shown=shown,
    )
    totals = ", ".join(f"{count} {kind}" for kind, count in data.totals().items() if count)
    others = f"{len(data.validation.rows)} validation and {len(data.test.rows)} test images"
    script.tell(f"{what}: {totals} training images of {len(classes)} classes; {others}")
    return data


def _check_files(arm: Arm, classes: Sequence[str], files: Files, what: str) -> None:
    if len(classes) < 2:
        raise UserError(f"{what} has {len(classes)} class; a classifier needs two, add a folder of images for another")
    for option, named in (("--packs", files.packs), ("--splits", files.splits), ("--pools", files.pools)):
        if named is not None and len(named) != len(classes):
            remedy = "give one per class, in the order of --classes"
            raise UserError(f"{option} names {len(named)} files for {len(classes)} classes; {remedy}")
    if arm.generator is not None and files.pools is None:
        raise UserError(f"{what} takes images of generator '{arm.generator}'; give their index.tsv files with --pools")


def _open_parts(files: Files, parts: list[str]) -> dict[str, list[Images]]:
    of_class = [open_parts(pack, split, parts) for pack, split in zip(files.packs, files.splits, strict=True)]
    return {part: [opened[index] for opened in of_class] for index, part in enumerate(parts)}


def _judged(classes: list[Images], conflicts: set[str], part: str, form: tuple[int, int]) -> Part:
    images, labels, rows, left_out = [], [], [], []
    for label, (pixels, of_class) in enumerate(classes):
        keep = [index for index, row in enumerate(of_class) if row.sha256 not in conflicts]
        left_out += [row.path for row in of_class if row.sha256 in conflicts]
        images.append(pixels.at(keep))
        labels += [label] * len(keep)
        rows += [of_class[index] for index in keep]
    if left_out:
        named = ", ".join(left_out[:5])
        script.tell(
            f"{len(left_out)} {part} images are left out, as their specimens have twins in another class: {named}"
        )
    made = gathered((block for picked in images for block in resized_blocks(picked, *form)), len(rows))
    return Part(made, np.array(labels, dtype=np.int64), rows)


def _conflicts(duplicates: Path, loaded: dict[str, list[Images]]) -> set[str]:
    """Images of which a twin has another label, with all other images of their specimens."""
    pairs = [row for row in read_rows(duplicates, DuplicateRow) if row.conflict]
    images = {row.sha256_a for row in pairs} | {row.sha256_b for row in pairs}
    rows = [row for part in loaded.values() for _, of_class in part for row in of_class]
    specimens = {specimen_key(row.class_, row.specimen) for row in rows if row.sha256 in images}
    return images | {row.sha256 for row in rows if specimen_key(row.class_, row.specimen) in specimens}


def _count(arm: Arm, classes: Sequence[str], parts: list[Images]) -> dict[str, list[int]]:
    # Training images per class, by kind.
    numbers = [
        (arm.real * len(images), classical_count(arm, len(images)), synthetic_count(arm, len(images)))
        for images, _ in parts
    ]
    for name, of_class in zip(classes, numbers, strict=True):
        if not sum(of_class):
            remedy = "set its `real`, `classical`, `ratio` or `count` above 0"
            raise UserError(f"the arm has no training image of class '{name}'; {remedy}")
    return {kind: [of_class[index] for of_class in numbers] for index, kind in enumerate(KINDS)}


def _training_images(
    arm: Arm,
    classes: Sequence[str],
    parts: list[Images],
    pools: Sequence[Path] | None,
    seed: int,
    form: tuple[int, int],
    shown: list[str],
    taken: dict[Path, list[SyntheticRow]],
) -> Iterator[np.ndarray]:
    # Block by block, by class and then by kind. `shown` collects what each image shows, `taken` the rows of each pool.
    augment = Classical(arm.classical_augmentation)
    for label, (picked, rows) in enumerate(parts):
        copied, drawn = classical_count(arm, len(picked)), synthetic_count(arm, len(picked))
        specimens = [specimen_key(row.class_, row.specimen) for row in rows]
        shown += specimens * arm.real
        for _ in range(arm.real):
            yield from resized_blocks(picked, *form)
        if copied:
            real = gathered(resized_blocks(picked, *form), len(picked))
            identities = [row.sha256 for row in rows]
            copies, originals = offline_copies(real, identities, copied, augment, mix_seed("offline copies", seed))
            shown += [specimens[original] for original in originals]
            yield from blocks(copies)
        if drawn and pools:
            synthetic, of_pool = read_pool(pools[label], drawn, classes[label])
            shown += [_begun_with(row) for row in of_pool]
            taken[pools[label]] = of_pool
            yield from resized_blocks(synthetic, *form)


def _begun_with(row: SyntheticRow) -> str:
    return specimen_key(row.class_, row.parent_specimen) if row.parent else f"{row.class_}/{row.generator}/{row.name}"


def _digest(part: Part) -> str:
    digest = hashlib.sha256(repr((part.images.shape, part.labels.tolist())).encode())
    for block in blocks(part.images):
        digest.update(block.data)
    return digest.hexdigest()
