"""Real training images of each class above synthetic ones of each generator."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from augury.figures.blocks import side_by_side

COLUMNS = 8
MANY_ROWS = 40  # above which images are shown smaller


def draw(pools: Sequence[Path], packs: Sequence[Path], splits: Sequence[Path]) -> Figure:
    """The first images of each training part and of each pool, in their own order: none is picked for its looks."""
    blocks = side_by_side(pools, packs, splits, COLUMNS)
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


def _show(axis: Axes, image: np.ndarray) -> None:
    image = image[..., 0] if image.shape[-1] == 1 else image
    axis.imshow(
        image, cmap="gray", vmin=0, vmax=255, interpolation="bilinear" if min(image.shape[:2]) > 64 else "nearest"
    )
    axis.set_axis_off()
