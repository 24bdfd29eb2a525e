"""The images of folders as arrays, batch by batch: memory holds one batch, whatever the folder holds."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from augury.command.progress import Progress
from augury.images.decoding.decode import Unreadable
from augury.images.files import list_files
from augury.images.workers import in_order
from augury.prediction.preparation import Form, prepare
from augury.study.images import Preparation

BATCH = 256


def files_of(paths: Iterable[Path]) -> list[Path]:
    """Files that are named themselves and all below the folders that are, sorted, each once. Raises UserError."""
    paths = list(paths)
    named = [path for path in paths if path.is_file()]
    below = list_files(path for path in paths if not path.is_file())
    by_path = {os.path.abspath(path): path for path in [*below, *named]}
    return sorted(by_path.values(), key=os.fsencode)


def read_batches(
    files: Sequence[Path],
    preparation: Preparation,
    forms: Sequence[Form],
    threads: int,
    passed_over: list[tuple[Path, str]],
) -> Iterator[tuple[list[Path], list[np.ndarray]]]:
    """Paths of at most BATCH images, in the order of `files`, and their pixels (n, size_px, size_px, channels) uint8.

    The pixels stand once for each of the forms.

    A file that cannot be used goes to `passed_over` with the reason, and the rest goes on. Progress is logged.
    """
    progress = Progress("judging images", len(files), "files")

    def read(path: Path) -> list[np.ndarray] | str:
        try:
            return prepare(path, preparation, forms)
        except Unreadable as error:
            return str(error)

    paths: list[Path] = []
    images: list[list[np.ndarray]] = []  # of each file in each form
    for path, image in zip(files, in_order(read, files, threads, progress), strict=True):
        if isinstance(image, str):
            passed_over.append((path, image))
            continue
        paths.append(path)
        images.append(image)
        if len(paths) == BATCH:
            yield paths, _by_form(images)
            paths, images = [], []
    if paths:
        yield paths, _by_form(images)
    progress.update(len(files))


def _by_form(images: list[list[np.ndarray]]) -> list[np.ndarray]:
    return [np.stack(each) for each in zip(*images, strict=True)]
