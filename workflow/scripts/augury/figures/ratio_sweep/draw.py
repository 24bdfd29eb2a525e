"""How the difference from the baseline goes with the number of synthetic images: one line per series of arms."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from augury.figures import theme
from augury.figures.ratio_sweep.series import SERIES
from augury.tables.table import read_rows
from augury.tables.verdict import ALL, VerdictRow

_SHAPES = "osD^v<>pP*"


def draw(verdict: Sequence[Path]) -> Figure:
    """One panel per classifier; accuracy in points, with the interval of each ratio; grey is the equivalence margin."""
    rows = [row for path in verdict for row in read_rows(path, VerdictRow) if row.class_ == ALL]
    matches = [(SERIES.match(row.arm), row) for row in rows if row.measure == "accuracy" and row.difference is not None]
    of_ratio = [(match["name"], float(match["ratio"]), row) for match, row in matches if match]
    if not of_ratio:
        return theme.empty("No arm has several ratios.")
    classifiers = list(dict.fromkeys(row.classifier for _, _, row in of_ratio))
    names = list(dict.fromkeys(name for name, _, _ in of_ratio))
    colours = theme.colours(names)
    figure, axes = plt.subplots(
        len(classifiers), 1, figsize=(theme.WIDTH, 3.2 * len(classifiers) + 0.6), squeeze=False, sharex=True
    )
    for axis, classifier in zip(axes[:, 0], classifiers, strict=True):
        axis.axhline(0, color=theme.FAINT, linewidth=1)
        margin = 100 * of_ratio[0][2].margin
        axis.axhspan(-margin, margin, color=theme.GRID, linewidth=0, zorder=0)
        for index, name in enumerate(names):
            of = [(ratio, row) for series, ratio, row in of_ratio if (series, row.classifier) == (name, classifier)]
            of.sort(key=lambda pair: pair[0])
            shift = 1 + 0.03 * (index - (len(names) - 1) / 2)
            x = [ratio * shift for ratio, _ in of]
            for at, (_, row) in zip(x, of, strict=True):
                if row.low is not None and row.high is not None:
                    axis.plot([at, at], [100 * row.low, 100 * row.high], color=colours[name], linewidth=2)
            y = 100 * np.array([row.difference for _, row in of], float)
            axis.plot(x, y, color=colours[name], marker=_SHAPES[index % len(_SHAPES)])
        axis.set(title=classifier, ylabel="points above the baseline")
    axes[-1, 0].set_xlabel("synthetic images per real one")
    ticks = sorted({ratio for _, ratio, _ in of_ratio})
    # Ratio 0 stands beside the smallest one.
    axes[-1, 0].set_xscale("symlog", linthresh=min((tick for tick in ticks if tick), default=1))
    axes[-1, 0].set_xticks(ticks, [f"{ratio:g}" for ratio in ticks])
    axes[-1, 0].minorticks_off()
    if len(names) > 1:
        handles = [
            plt.Line2D([], [], color=colours[name], marker=_SHAPES[index % len(_SHAPES)])
            for index, name in enumerate(names)
        ]
        theme.legend_below(figure, handles, [theme.short(name, 30) for name in names])
    return figure
