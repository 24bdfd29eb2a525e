"""Confusion of true and predicted classes for each arm and classifier: colour is the share of a row, text the count."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from augury.figures import theme
from augury.figures.runs import grid_cell, is_lowest, judged, panel_title, panels
from augury.metrics import classification

_MAP = "Blues"
_FEW = 12  # classes whose names stand on both axes; more are numbered


def draw(predictions: Sequence[Path]) -> Figure:
    """Counts are summed over splits and seeds, so an image judged in five runs counts five times."""
    groups, part = judged(predictions)
    keys = list(groups)
    classes = next(iter(groups.values()))[0].classes
    few = len(classes) <= _FEW
    names = [theme.short(name) for name in classes]
    answers = names
    if not few:
        # Under a column of large panels names would stand far from most of them: a number stands under each.
        answers = [str(number) for number in range(1, len(names) + 1)]
        names = [f"{name}  {number}" for name, number in zip(names, answers, strict=True)]
    side = max(2.2, (0.31 if few else 0.24) * len(classes))
    margin = 0.09 * max(len(name) for name in names)
    figure, axes = panels(keys, side, 9.0 if few else 22.0, (margin + 0.9, (margin if few else 0.4) + 0.5))
    if not few:
        rows = {grid_cell(axis).rowspan.start for axis in axes.values()}
        figure.set_figheight(figure.get_figheight() + 0.25 * len(rows))
    for key, axis in axes.items():
        counts = sum(classification.confusion(run.labels, run.predicted, len(classes))[0] for run in groups[key])
        _panel(axis, counts)
        axis.set_title(panel_title(key, keys, side))
        first, last = grid_cell(axis).is_first_col(), is_lowest(axis, axes.values())
        axis.set_yticks(range(len(classes)), names if first else [])
        below = answers if last or not few else []
        axis.set_xticks(range(len(classes)), below, rotation=90 if few else 0, fontsize=None if few else 8)
        axis.set_ylabel("true class" if first else "")
        axis.set_xlabel(f"predicted class,\n{part} images" if last else "")
    bar = figure.colorbar(
        ScalarMappable(Normalize(0, 1), plt.get_cmap(_MAP)),
        ax=list(axes.values()),
        shrink=min(1, 2.5 / figure.get_figheight()),
        aspect=18,
        anchor=(0, 1),
        pad=0.02,
    )
    bar.set_label("share of the true class")
    bar.outline.set_visible(False)
    return figure


def _panel(axis: Axes, counts: np.ndarray) -> None:
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, totals, out=np.zeros_like(counts), where=totals > 0)
    axis.imshow(shares, cmap=_MAP, vmin=0, vmax=1, interpolation="nearest")
    digits = len(str(int(counts.max())))
    size = 9.5 if digits < 3 else 8.5 if digits < 4 else 7
    size = size if len(counts) <= _FEW else size - 2
    for i, j in zip(*np.nonzero(counts), strict=True):
        ink = "white" if shares[i, j] > 0.55 else theme.INK
        axis.text(j, i, f"{counts[i, j]:.0f}", ha="center", va="center", fontsize=size, color=ink)
    axis.grid(visible=False)
    axis.spines[:].set_visible(False)
