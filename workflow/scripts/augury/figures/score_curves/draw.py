"""How generators got better, or worse again, over their trainings: the kernel distance at each snapshot."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from augury.figures import theme
from augury.scores.generators import plain
from augury.scores.judges import shown
from augury.scores.naming import metric_names
from augury.tables.grouping import grouped
from augury.tables.synthetic import ScoreRow
from augury.tables.table import read_rows

MANY_CLASSES = 6  # above which one panel shows the median over classes
FACTOR = 100  # the distance as publications print it


def draw(synthetic: Sequence[Path]) -> Figure:
    """One colour per generator, one panel per class; with many classes one panel of medians."""
    rows = plain(row for path in synthetic for row in read_rows(path, ScoreRow))
    rows = shown([row for row in rows if row.kid_reference is not None])
    if not rows:
        return theme.empty("No class had images enough for a kernel distance.")
    colours = theme.colours(list(dict.fromkeys(row.generator for row in rows)))
    classes = list(dict.fromkeys(row.class_ for row in rows))
    panels = {name: [row for row in rows if row.class_ == name] for name in classes}
    if len(classes) > MANY_CLASSES:
        panels = {f"median of {len(classes)} classes": rows}
    columns = min(2, len(panels))
    n_rows = -(-len(panels) // columns)
    key = _key(colours, "smallest median" if len(classes) > MANY_CLASSES else "best snapshot")
    height = 0.3 + (2.5 if columns > 1 else 3.4) * n_rows + theme.legend_size(list(key), theme.WIDTH)[1]
    figure, axes = plt.subplots(n_rows, columns, figsize=(theme.WIDTH, height), squeeze=False)
    for axis in axes.flat[len(panels) :]:
        axis.set_visible(False)
    for axis, (name, of_panel) in zip(axes.flat, panels.items(), strict=False):
        for generator, colour in colours.items():
            lines = _lines([row for row in of_panel if row.generator == generator])
            (_medians if len(classes) > MANY_CLASSES else _trainings)(axis, lines, colour)
        axis.axhline(0, color=theme.FAINT, linewidth=0.9)
        axis.set_xlim(left=0)
        axis.set_title(theme.short(name, 26 if columns > 1 else 50))
    _label(axes, len(panels), rows[0].extractor)
    theme.legend_below(figure, list(key.values()), list(key))
    return figure


def _lines(rows: Sequence[ScoreRow]) -> list[list[ScoreRow]]:
    # The snapshots of each training in their order.
    runs = grouped(rows, lambda row: (row.split, row.seed, row.class_))
    return [sorted(line, key=lambda row: (row.kimg, row.snapshot is None)) for line in runs.values()]


def _trainings(axis: Axes, lines: Sequence[list[ScoreRow]], colour: str) -> None:
    for line in lines:
        x = [row.kimg for row in line]
        y = FACTOR * np.array([row.kid_reference for row in line], float)
        alone = len(lines) == 1
        axis.plot(x, y, color=colour, linewidth=1.8 if alone else 1.0, marker="o", markersize=3, alpha=0.9)
        known = [row for row in line if None not in (row.kid_reference_low, row.kid_reference_high)]
        low, high = ([FACTOR * getattr(row, f"kid_reference_{end}") for row in known] for end in ("low", "high"))
        if alone and len(known) > 1:
            axis.fill_between([row.kimg for row in known], low, high, color=colour, alpha=0.15, linewidth=0)
        elif alone and known:
            axis.vlines([row.kimg for row in known], low, high, color=colour, linewidth=1.2)
        _ring(axis, [(x[at], y[at]) for at, row in enumerate(line) if row.best and len(line) > 1], colour)


def _medians(axis: Axes, lines: Sequence[list[ScoreRow]], colour: str) -> None:
    # By the snapshot, not by the images seen: classes of different sizes reach it after different numbers of them.
    by_snapshot = grouped((row for line in lines for row in line), lambda row: row.snapshot)
    points = sorted(
        (
            float(np.median([row.kimg for row in rows])),
            *np.quantile(FACTOR * np.array([row.kid_reference for row in rows], float), [0.5, 0.25, 0.75]).tolist(),
        )
        for rows in by_snapshot.values()
    )
    if not points:
        return
    x, middle, low, high = (list(each) for each in zip(*points, strict=True))
    axis.plot(x, middle, color=colour, linewidth=2.2, marker="o", markersize=4)
    if len(points) > 1:
        axis.fill_between(x, low, high, color=colour, alpha=0.15, linewidth=0)
        _ring(axis, [(x[int(np.argmin(middle))], min(middle))], colour)
    else:
        axis.vlines(x, low, high, color=colour, linewidth=1.2)


def _ring(axis: Axes, points: Sequence[tuple[float, float]], colour: str) -> None:
    if points:
        x, y = zip(*points, strict=True)
        axis.scatter(x, y, s=70, facecolors="none", edgecolors=colour, linewidths=1.6, zorder=4)


def _label(axes: np.ndarray, count: int, extractor: str) -> None:
    name, bracket, extractor = metric_names(extractor)[1].partition(" (")
    for index, axis in enumerate(axes.flat[:count]):
        if index % axes.shape[1] == 0:
            axis.set_ylabel(f"{name} × {FACTOR}" + (f"\n({extractor}" if bracket else ""))
        if index + axes.shape[1] >= count:
            axis.set_xlabel("thousand images seen")


def _key(colours: dict[str, str], ringed: str) -> dict[str, Line2D]:
    key = {theme.short(name, 30): Line2D([], [], color=colour) for name, colour in colours.items()}
    ring = Line2D([], [], color=theme.INK, marker="o", markersize=8, markerfacecolor="none", linestyle="")
    return key | {ringed: ring}
