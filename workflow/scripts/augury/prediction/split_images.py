"""The images of a study's split as pixels, for scripts that are started by hand before anything is trained."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from augury.command.errors import UserError
from augury.images.decoding.decode import Unreadable
from augury.planning.study import Study
from augury.prediction.preparation import Form, prepare
from augury.scores.extractors import SIZE_PX
from augury.tables.rows import SplitRow
from augury.tables.table import read_rows

BLOCK = 512  # images that are held at a time


def split_images(
    study: Study, class_: str, purpose: str, part: str | None = None, most: int | None = None
) -> Iterator[tuple[list[SplitRow], np.ndarray]]:
    """Rows of one class in the first split, and their pixels (N, 224, 224, 3) uint8, block by block.

    part: the one that is read, without it all of them; most: images, the first by their hashes. Unreadable files are
    left out. Raises UserError, which begins with the purpose, where the study has no splits yet.
    """
    path = Path("results", study.dataset, "splits", study.splits[0], f"{class_}.tsv")
    if not path.is_file():
        raise UserError(
            f"{purpose} needs the study's splits, and {path} is not there; run `snakemake --cores all --until "
            "split_class` with the study's options, which trains nothing"
        )
    wanted = (row for row in read_rows(path, SplitRow) if part in (None, row.part))
    rows = sorted(wanted, key=lambda row: row.sha256)[:most]
    kept, images = [], []
    for number, row in enumerate(rows, start=1):
        try:
            images += prepare(Path(row.path), study.config.preparation, [Form(SIZE_PX, 3)])
            kept.append(row)
        except (Unreadable, OSError):
            pass
        if kept and (len(kept) == BLOCK or number == len(rows)):
            yield kept, np.stack(images)
            kept, images = [], []
