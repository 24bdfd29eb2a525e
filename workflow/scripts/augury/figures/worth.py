"""The learning curve of real data, and every arm read off it: what its images are worth in real specimens."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from augury.figures import theme
from augury.tables.table import read_rows
from augury.tables.worth import TOLD, WorthRow
from augury.verdict.worth import fit

MEASURE = "accuracy"


def draw(worth: Sequence[Path]) -> Figure:
    """A panel a classifier: accuracy against real training specimens a class."""
    theme.apply()
    rows = [row for path in worth for row in read_rows(path, WorthRow) if row.measure == MEASURE]
    classifiers = list(dict.fromkeys(row.classifier for row in rows))
    arms = list(dict.fromkeys(row.arm for row in rows if row.point is None))
    colours = theme.colours(arms)
    figure, axes = plt.subplots(len(classifiers), 1, figsize=(theme.WIDTH, 3.6 * len(classifiers) + 0.6), squeeze=False)
    for axis, classifier in zip(axes[:, 0], classifiers, strict=True):
        _panel(axis, [row for row in rows if row.classifier == classifier], colours)
        axis.set(title=classifier, ylabel="accuracy")
    axes[-1, 0].set_xlabel("real training specimens a class")
    marks = [plt.Line2D([], [], color=theme.INK, marker="o", linestyle="none")]
    marks += [plt.Line2D([], [], color=colour, marker="D", linestyle=":") for colour in colours.values()]
    theme.legend_below(figure, marks, ["real images alone", *(theme.short(name, 30) for name in arms)])
    return figure


def _panel(axis: Axes, rows: Sequence[WorthRow], colours: dict[str, str]) -> None:
    points = sorted((row for row in rows if row.point is not None), key=lambda row: row.point)
    n, values = np.array([row.point for row in points]), np.array([row.value for row in points])
    fine = np.geomspace(n.min(), n.max(), 200)
    axis.plot(fine, fit(n, values[None]).at(fine)[0], color=theme.INK, linewidth=1.6, zorder=2)
    for row in points:
        axis.plot([row.point] * 2, [row.low, row.high], color=theme.INK, linewidth=2, zorder=3)
    axis.scatter(n, values, color=theme.INK, s=34, zorder=4)
    for place, row in enumerate(row for row in rows if row.point is None):
        colour, shift = colours[row.arm], 1 + 0.02 * (place + 1)
        x = row.n_baseline * shift
        axis.plot([x] * 2, [row.low, row.high], color=colour, linewidth=2, zorder=3)
        axis.scatter([x], [row.value], color=colour, marker="D", s=40, zorder=5)
        if row.told == TOLD:
            reached = row.n_baseline + row.worth
            axis.plot([x, reached], [row.value] * 2, color=colour, linestyle=":", linewidth=1.6, zorder=2)
            axis.plot([reached], [row.value], color=colour, marker="|", markersize=12, zorder=4)
    axis.axvline(rows[0].n_baseline, color=theme.GRID, linewidth=1.2, zorder=0)
