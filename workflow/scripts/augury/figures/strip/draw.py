"""A strip for the first screen: one real image per class above what each generator made of that class."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from augury.figures import theme
from augury.figures.blocks import side_by_side

COLUMNS = 8
ROWS = 5  # the real images, and the first four generators
LARGEST = 0.62  # inches of an image
LINE = 0.13  # inches of a line of a class's name


def draw(pools: Sequence[Path], packs: Sequence[Path], splits: Sequence[Path]) -> Figure:
    """Images of each training part and of each pool; of many classes some, evenly spaced.

    The first class shows the first of them, the next class the next ones: a generator that knows all classes draws the
    first image of each from the same latent vector, so that they would be alike and hide how much it varies.
    """
    each = max(1, COLUMNS // max(1, len(packs)))
    chosen = np.unique(np.linspace(0, len(packs) - 1, min(COLUMNS, len(packs))).round().astype(int))
    found = side_by_side(pools, [packs[index] for index in chosen], splits, each * len(chosen))
    blocks = {
        class_: [(name, _next(images, place * each, each)) for name, images in rows]
        for place, (class_, rows) in enumerate(found.items())
    }
    names = list(dict.fromkeys(name for rows in blocks.values() for name, _ in rows))[:ROWS]
    label = 0.085 * max((len(line) for name in names for line in name.split("\n")), default=0) + 0.15
    cell = min(LARGEST, (theme.WIDTH - label - 0.05) / (each * len(blocks)))
    titles = {class_: theme.wrapped(class_, max(5, int(each * cell / 0.068))) for class_ in blocks}
    head = 0.06 + LINE * max((1 + title.count("\n") for title in titles.values()), default=0)
    width, height = label + cell * each * len(blocks) + 0.05, head + cell * len(names)
    figure = plt.figure(figsize=(width, height), layout="none")
    for row, name in enumerate(names):
        middle = (height - head - (row + 0.5) * cell) / height
        figure.text((label - 0.1) / width, middle, name, va="center", ha="right", fontsize=10.5)
    for place, (class_, rows) in enumerate(blocks.items()):
        left = label + place * each * cell
        middle = (left + each * cell / 2) / width
        figure.text(middle, (height - 0.02) / height, titles[class_], va="top", ha="center", fontsize=7.5)
        for name, images in rows:
            if name in names:
                _row(figure, images, left, height - head - (names.index(name) + 1) * cell, cell)
    return figure


def _next(images: np.ndarray, begin: int, count: int) -> np.ndarray:
    # The last ones where there are no more.
    begin = min(begin, max(0, len(images) - count))
    return images[begin : begin + count]


def _row(figure: Figure, images: np.ndarray, left: float, bottom: float, cell: float) -> None:
    width, height = figure.get_size_inches()
    for column, image in enumerate(images):
        size = cell - 0.03
        axis = figure.add_axes(((left + column * cell) / width, bottom / height, size / width, size / height))
        image = image[..., 0] if image.shape[-1] == 1 else image
        axis.imshow(
            image, cmap="gray", vmin=0, vmax=255, interpolation="bilinear" if min(image.shape[:2]) > 64 else "nearest"
        )
        axis.set_axis_off()
