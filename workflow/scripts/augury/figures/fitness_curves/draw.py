"""How genetic searches went: the fitness of the best set and the mean one, and the best one's variety."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.typing import LineStyleType

from augury.figures import theme
from augury.figures.frames import frame_of
from augury.figures.histories import class_colours, class_key
from augury.tables.selections import pool_run_of

STYLES = {"best": "-", "mean": theme.DASHED}


def draw(histories: Sequence[Path]) -> Figure:
    """One row per generator and selection, one colour per class; means over splits, seeds, searches; bands of all."""
    table = frame_of(histories, pool_run_of)
    table["run"] += "/" + table["search"].astype(str)
    table["row"] = (table["pool"] + ", " + table["selection"]).map(lambda name: theme.short(name, 30))
    rows = list(dict.fromkeys(table["row"]))
    colours = class_colours(table)
    key = class_key(colours)
    key |= {"full: best set": Line2D([], [], color=theme.INK)}
    key |= {"dashed: mean of the population": Line2D([], [], color=theme.INK, linestyle=theme.DASHED)}
    size = (theme.WIDTH, 2.6 * len(rows) + theme.legend_size(list(key), theme.WIDTH)[1])
    figure, axes = plt.subplots(len(rows), 2, figsize=size, squeeze=False, sharex="row")
    for (left, right), name in zip(axes, rows, strict=True):
        shown = table[table["row"] == name]
        for column, style in STYLES.items():
            _lines(left, shown, column, style, colours)
        _lines(right, shown, "diversity", "-", colours)
        for axis, title in ((left, "Fitness (small is good)"), (right, "Variety of the best set")):
            axis.set(title=f"{title}\n{name}", xlabel="generation")
        left.ticklabel_format(axis="y", useOffset=False)
    theme.legend_below(figure, list(key.values()), list(key))
    return figure


def _lines(axis: Axes, table: pd.DataFrame, column: str, style: LineStyleType, colours: dict[str, str] | None) -> None:
    for class_, of_class in table.groupby("class_", sort=False):
        lines = of_class.pivot_table(index="generation", columns="run", values=column)
        colour = colours[str(class_)] if colours else theme.FAINT
        axis.plot(lines.index, lines.mean(axis=1), color=colour, linestyle=style, linewidth=1.6 if colours else 0.8)
        if style == "-" and colours and lines.shape[1] > 1:
            axis.fill_between(lines.index, lines.min(axis=1), lines.max(axis=1), color=colour, alpha=0.15, linewidth=0)
    if not colours:
        median = table.groupby("generation")[column].median()
        axis.plot(median.index, median, color=theme.PALETTE[0], linestyle=style, linewidth=2.2)
