"""Real training images of each class above synthetic ones of each generator."""

import re
from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from augury.command.errors import UserError
from augury.figures import theme
from augury.tables.rows import SplitRow, SyntheticRow
from augury.tables.table import read_rows

COLUMNS = 8
MANY_ROWS = 40  # above which images are shown smaller
_POOL = re.compile(r"synthetic/(?P<generator>[^/]+)/(?P<selection>[^/]+)/seed\d+/(?P<class_>[^/]+)/index\.tsv$")
Row = tuple[str, np.ndarray]  # label, images (n, H, W, C) uint8


def draw(pools: Sequence[Path], packs: Sequence[Path], splits: Sequence[Path]) -> Figure:
    """The first images of each training part and of each pool, in their own order: none is picked for its looks."""
    missing = sorted({path.stem for path in packs} - {path.stem for path in splits})
    if missing:
        raise UserError(f"no split was given for the pack of class {missing[0]}; give one split for each pack")
    blocks = _blocks(pools, packs, splits)
    cell = 0.8 if sum(len(rows) for rows in blocks.values()) <= MANY_ROWS else 0.6  # inches
    heights = [0.34 + cell * len(rows) for rows in blocks.values()]
    label = 0.085 * max(len(name) for rows in blocks.values() for name, _ in rows) + 0.15
    width, height = label + COLUMNS * cell + 0.1, sum(heights) + 0.1
    figure = plt.figure(figsize=(width, height), layout="none")
    top = height - 0.05
    for class_, rows in blocks.items():
        figure.text(0.05 / width, (top - 0.04) / height, class_, va="top", ha="left", fontsize=12, fontweight="bold")
        top -= 0.34
        for name, images in rows:
            figure.text((label - 0.1) / width, (top - cell / 2) / height, name, va="center", ha="right", fontsize=10.5)
            for column, image in enumerate(images[:COLUMNS]):
                box = (
                    (label + column * cell) / width,
                    (top - cell + 0.04) / height,
                    (cell - 0.04) / width,
                    (cell - 0.04) / height,
                )
                _show(figure.add_axes(box), image)
            top -= cell
    return figure


def _blocks(pools: Sequence[Path], packs: Sequence[Path], splits: Sequence[Path]) -> dict[str, list[Row]]:
    from augury.images.packs import open_pack

    tables = {path.stem: path for path in splits}
    blocks: dict[str, list[Row]] = {}
    for path in packs:
        images, hashes = open_pack(path)
        training = {row.sha256 for row in read_rows(tables[path.stem], SplitRow) if row.part == "train"}
        rows = [index for index, sha256 in enumerate(hashes) if sha256 in training][:COLUMNS]
        blocks[path.stem] = [("real", np.asarray(images[rows]))]
    for label, class_, images in _synthetic(pools):
        if class_ in blocks and label not in [name for name, _ in blocks[class_]]:
            blocks[class_].append((label, images))
    return blocks


def _synthetic(pools: Sequence[Path]) -> list[tuple[str, str, np.ndarray]]:
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
        images, rows = read_pool(path, count=min(COLUMNS, len(read_rows(path, SyntheticRow))) if one_class else None)
        classes = np.array([row.class_ for row in rows])
        blocks += [
            (label, class_, images[np.flatnonzero(classes == class_)[:COLUMNS]])
            for class_ in dict.fromkeys(classes.tolist())
        ]
    return blocks


def _show(axis: Axes, image: np.ndarray) -> None:
    image = image[..., 0] if image.shape[-1] == 1 else image
    axis.imshow(
        image, cmap="gray", vmin=0, vmax=255, interpolation="bilinear" if min(image.shape[:2]) > 64 else "nearest"
    )
    axis.set_axis_off()
