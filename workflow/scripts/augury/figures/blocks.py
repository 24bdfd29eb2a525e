"""Real and synthetic images of each class, for the figures that lay them side by side."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from augury.command.errors import UserError
from augury.figures import theme
from augury.tables.rows import SplitRow, SyntheticRow
from augury.tables.table import read_rows

REAL = "real"  # label
_POOL = re.compile(r"synthetic/(?P<generator>[^/]+)/(?P<selection>[^/]+)/seed\d+/(?P<class_>[^/]+)/index\.tsv$")
Row = tuple[str, np.ndarray]  # label, images (n, H, W, C) uint8


def side_by_side(
    pools: Sequence[Path], packs: Sequence[Path], splits: Sequence[Path], count: int
) -> dict[str, list[Row]]:
    """Class -> the first `count` real images of the training part, then those of each pool, in their own order."""
    missing = sorted({path.stem for path in packs} - {path.stem for path in splits})
    if missing:
        raise UserError(f"no split was given for the pack of class {missing[0]}; give one split for each pack")
    from augury.images.packs import open_pack

    tables = {path.stem: path for path in splits}
    blocks: dict[str, list[Row]] = {}
    for path in packs:
        images, hashes = open_pack(path)
        training = {row.sha256 for row in read_rows(tables[path.stem], SplitRow) if row.part == "train"}
        rows = [index for index, sha256 in enumerate(hashes) if sha256 in training][:count]
        blocks[path.stem] = [(REAL, np.asarray(images[rows]))]
    for label, class_, images in _synthetic(pools, count):
        if class_ in blocks and label not in [name for name, _ in blocks[class_]]:
            blocks[class_].append((label, images))
    return blocks


def _synthetic(pools: Sequence[Path], count: int) -> list[tuple[str, str, np.ndarray]]:
    # (label, class, images) of each pool; a pool of class `all` holds images of several.
    from augury.generators.pools import read_pool

    matched = [(_POOL.search(path.as_posix()), path) for path in pools]
    selections = {match["selection"] for match, _ in matched if match}
    blocks = []
    for match, path in matched:
        label = theme.wrapped(match["generator"], 16) if match else path.parent.name
        if match and len(selections) > 1:
            label += "\n" + theme.short(match["selection"], 16)
        one_class = match and match["class_"] != "all"
        images, rows = read_pool(path, count=min(count, len(read_rows(path, SyntheticRow))) if one_class else None)
        classes = np.array([row.class_ for row in rows])
        blocks += [
            (label, class_, images[np.flatnonzero(classes == class_)[:count]])
            for class_ in dict.fromkeys(classes.tolist())
        ]
    return blocks
