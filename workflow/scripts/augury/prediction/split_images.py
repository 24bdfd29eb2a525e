"""The images of a study's split as pixels, for scripts that are started by hand before anything is trained."""

from pathlib import Path

import numpy as np

from augury.command.errors import UserError
from augury.images.decoding.decode import Unreadable
from augury.planning.study import Study
from augury.prediction.preparation import Form, prepare
from augury.scores.extractors import SIZE_PX
from augury.tables.rows import SplitRow
from augury.tables.table import read_rows


def split_images(
    study: Study, class_: str, purpose: str, part: str | None = None, most: int | None = None
) -> tuple[list[SplitRow], np.ndarray]:
    """Rows of one class in the first split, and their pixels (N, 224, 224, 3) uint8; unreadable files are left out.

    part: the one that is read, without it all of them; most: images, the first by their hashes. Raises UserError,
    which begins with the purpose, where the study has no splits yet.
    """
    path = Path("results", study.dataset, "splits", study.splits[0], f"{class_}.tsv")
    if not path.is_file():
        raise UserError(
            f"{purpose} needs the study's splits, and {path} is not there; run `snakemake --cores all --until "
            "split_class` with the study's options, which trains nothing"
        )
    rows = sorted((row for row in read_rows(path, SplitRow) if part in (None, row.part)), key=lambda row: row.sha256)
    kept, images = [], []
    for row in rows[:most]:
        try:
            images += prepare(Path(row.path), study.config.preparation, [Form(SIZE_PX, 3)])
        except (Unreadable, OSError):
            continue
        kept.append(row)
    return kept, np.stack(images) if images else np.zeros((0, SIZE_PX, SIZE_PX, 3), np.uint8)
