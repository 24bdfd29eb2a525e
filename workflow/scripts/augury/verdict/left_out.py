"""What a verdict is tried without: images whose labels are doubted, near ones and far ones, read from files."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from augury.command.errors import UserError
from augury.prediction.label_audit import doubts, gather
from augury.tables.predictions import read_predictions
from augury.tables.rows import PackRow, SplitRow
from augury.tables.sensitivity import DOUBTED
from augury.tables.table import read_rows
from augury.verdict.runs import TEST, Side, leaks
from augury.verdict.sensitivity import Variant, halves


def doubted(comparisons: Sequence[tuple[Side, Side]]) -> Variant:
    """The test images whose labels are doubted by what all arms together say of them; runs that leak are not asked.

    By a baseline's alone those that it gets wrong would be left out, and the gain of any arm would shrink.
    """
    sides = [side for pair in comparisons for side in pair]
    runs = dict.fromkeys((key.split, path) for side in sides for key, path in side.runs.items())
    asked = {path: read_predictions(path) for _, path in runs if not leaks(path)}
    names: set[str] = set()
    if asked:
        names = {row.sha256 for row in doubts(gather(list(asked.values()), (TEST,)))}
    tested: dict[str, set[str]] = {}
    for split, path in runs:
        table = (asked.get(path) or read_predictions(path)).of(TEST)
        tested.setdefault(split, set()).update(map(str, table.sha256))
    return Variant(DOUBTED, "", {split: names & of for split, of in tested.items()})


def near_and_far(networks: Sequence[Sequence[str]], rows: Sequence[Path], splits: Sequence[Path]) -> Iterator[Variant]:
    """Both halves of the test images, in each network's features.

    networks: a name and files of features (N, D) each; rows: of their packs, in the same order; splits: tables named
    as the splits. Raises UserError where features are not those of the rows.
    """
    tables = {path.stem: read_rows(path, SplitRow) for path in splits}
    for name, *files in networks:
        features: dict[str, np.ndarray] = {}
        for file, of in zip(files, rows, strict=True):
            made, images = np.load(file, mmap_mode="r"), read_rows(of, PackRow)
            if len(made) != len(images):
                raise UserError(f"{file} has features of {len(made)} images and {of} {len(images)}; make it again")
            features |= {row.sha256: made[index] for index, row in enumerate(images)}
        found = {split: halves(features, table) for split, table in tables.items()}
        for index, without in enumerate(("near images", "far images")):
            left_out = {split: sides[index] for split, sides in found.items()}
            if any(left_out.values()):
                yield Variant(without, name, left_out)
