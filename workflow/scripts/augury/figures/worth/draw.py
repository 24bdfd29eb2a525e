"""The learning curve of real data, and every arm read off it: what its images are worth in real specimens."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from augury.figures import theme
from augury.tables.table import read_rows
from augury.tables.worth import WorthRow
from augury.verdict.power_law import Curve

MEASURE = "accuracy"


def draw(worth: Sequence[Path]) -> Figure:
    """One panel per classifier: accuracy against real training specimens per class."""
    rows = [row for path in worth for row in read_rows(path, WorthRow) if row.measure == MEASURE]
    classifiers = list(dict.fromkeys(row.classifier for row in rows))
    arms = list(dict.fromkeys(row.arm for row in rows if row.point is None))
    colours = theme.colours(arms)
    figure, axes = plt.subplots(len(classifiers), 1, figsize=(theme.WIDTH, 3.6 * len(classifiers) + 0.6), squeeze=False)
    for axis, classifier in zip(axes[:, 0], classifiers, strict=True):
        _panel(axis, [row for row in rows if row.classifier == classifier], colours)
        axis.set(title=classifier, ylabel="accuracy")
    axes[-1, 0].set_xlabel("real training specimens per class")
    handles = [plt.Line2D([], [], color=theme.INK, marker="o", linestyle="none")]
    handles += [plt.Line2D([], [], color=colour, marker="D", linestyle=":") for colour in colours.values()]
    theme.legend_below(figure, handles, ["real images alone", *(theme.short(name, 30) for name in arms)])
    return figure


def _panel(axis: Axes, rows: Sequence[WorthRow], colours: dict[str, str]) -> None:
    points = sorted(((row.point, row) for row in rows if row.point is not None), key=lambda point: point[0])
    n = [number for number, _ in points]
    fine = np.geomspace(min(n), max(n), 200)
    asymptote, rise, exponent = rows[0].asymptote, rows[0].rise, rows[0].exponent
    if asymptote is not None and rise is not None and exponent is not None:
        axis.plot(fine, Curve(asymptote, rise, exponent).at(fine), color=theme.INK, linewidth=1.6, zorder=2)
    for number, row in points:
        axis.plot([number] * 2, [row.low, row.high], color=theme.INK, linewidth=2, zorder=3)
    axis.scatter(n, [row.value for _, row in points], color=theme.INK, s=34, zorder=4)
    for index, row in enumerate(row for row in rows if row.point is None):
        colour, shift = colours[row.arm], 1 + 0.02 * (index + 1)
        x = row.n_baseline * shift
        axis.plot([x] * 2, [row.low, row.high], color=colour, linewidth=2, zorder=3)
        axis.scatter([x], [row.value], color=colour, marker="D", s=40, zorder=5)
        if row.worth_low is not None or row.worth_high is not None:
            ends = [end if worth is None else row.n_baseline + worth
                    for end, worth in ((row.n_low, row.worth_low), (row.n_high, row.worth_high))]  # fmt: skip
            axis.plot(ends, [row.value] * 2, color=colour, linestyle=":", linewidth=1.6, zorder=2)
            for end, worth, arrow in ((ends[0], row.worth_low, "<"), (ends[1], row.worth_high, ">")):
                # An end that is not known lies beyond the curve.
                axis.plot(
                    [end], [row.value], color=colour, marker=arrow if worth is None else "|", markersize=9, zorder=4
                )
    axis.axvline(rows[0].n_baseline, color=theme.GRID, linewidth=1.2, zorder=0)
