"""CIFAR-10's binary version, which holds no pickles, as folders of PNG: train/CLASS/ and test/CLASS/.

A record is a byte with the label and 3,072 bytes with the pixels: red, green and blue planes of 32 x 32, row by row.
"""

import errno
import os
import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from augury.command.errors import UserError
from augury.command.progress import Progress

SIDE_PX = 32
RECORD_BYTES = 1 + 3 * SIDE_PX * SIDE_PX
NAMES = "batches.meta.txt"
PARTS = {"train": [f"data_batch_{number}.bin" for number in range(1, 6)], "test": ["test_batch.bin"]}
IMAGES = {"train": 50_000, "test": 10_000}  # of the published set


def unpack(batches: Path, output: Path) -> dict[str, int]:
    """Write the images of the binary files in `batches` below `output`; returns the number of images of each part.

    All files are looked at before the first image is written. Images are written beside `output`, which appears when
    all are there; what a broken run left is cleared away by the next. A file's name says its batch and its record.
    Raises UserError where a file is missing or damaged, or `output` already holds something.
    """
    names = read_names(batches / NAMES)
    _check_free(output)
    counts_by_file = {
        part: [check_batch(batches / file, len(names)) for file in files] for part, files in PARTS.items()
    }
    counts = {part: sum(each) for part, each in counts_by_file.items()}
    unfinished = output.with_name(f".{output.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    progress = Progress("unpacking CIFAR-10", sum(counts.values()), "images")
    for part, files in PARTS.items():
        for name in names:
            (unfinished / part / name).mkdir(parents=True)
        for file in files:
            labels, images = read_batch(batches / file)
            for number, (label, pixels) in enumerate(zip(labels.tolist(), images, strict=True)):
                path = unfinished / part / names[label] / f"{Path(file).stem}_{number:05d}.png"
                Image.fromarray(pixels).save(path)
                progress.add()
    _move(unfinished, output)
    return counts


def read_names(path: Path) -> list[str]:
    """The classes, in the order of their labels. Raises UserError where the file is missing or holds no names."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    except FileNotFoundError:
        raise UserError(f"{path} is missing; name the folder of CIFAR-10's binary version with --batches") from None
    names = [line.strip() for line in lines if line.strip()]
    good = all(name.isascii() and name.isprintable() and "/" not in name and name[0] != "." for name in names)
    if not names or not good or len(set(names)) < len(names):
        raise UserError(f"{path} does not name one class per line; take it from CIFAR-10's binary version again")
    return names


def check_batch(path: Path, classes: int) -> int:
    """Number of records of a file. Raises UserError where it is missing, cut short, or has a label of no class."""
    labels, _ = read_batch(path)
    if labels.max() >= classes:
        raise UserError(
            f"{path} has the label {labels.max()}, but {NAMES} names {classes} classes; give the binary version of "
            "CIFAR-10, not that of CIFAR-100"
        )
    return len(labels)


def read_batch(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Labels (N,) and images (N, 32, 32, 3), uint8, of a file. Raises UserError where it is missing or cut short."""
    try:
        content = np.fromfile(path, dtype=np.uint8)
    except FileNotFoundError:
        raise UserError(f"{path} is missing; unpack CIFAR-10's binary version there again") from None
    if not len(content) or len(content) % RECORD_BYTES:
        raise UserError(
            f"{path} has {len(content)} bytes, which is no number of whole records of {RECORD_BYTES}; unpack it again"
        )
    records = content.reshape(-1, RECORD_BYTES)
    planes = records[:, 1:].reshape(-1, 3, SIDE_PX, SIDE_PX)
    return records[:, 0], np.ascontiguousarray(planes.transpose(0, 2, 3, 1))


def unusual(counts: dict[str, int]) -> str:
    """What is to be said of these numbers of images; empty for those of the published set."""
    if counts == IMAGES:
        return ""
    return f"this is not all of CIFAR-10, which has {IMAGES['train']:,} training and {IMAGES['test']:,} test images"


def _check_free(output: Path) -> None:
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise UserError(f"{output} is there already; remove it, or name another folder with --output")


def _move(unfinished: Path, output: Path) -> None:
    os.sync()  # once for all images: a crash then leaves all of them or no folder of that name
    try:
        unfinished.rename(output)  # takes the place of an empty folder, and of nothing else
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        raise UserError(f"{output} was filled by something else meanwhile; remove it and start again") from None
