"""How well discriminators know their real images: the mean sign of their output, and ADA's p that answers to it."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from augury.command.errors import UserError
from augury.figures import theme
from augury.figures.frames import frame_of
from augury.figures.histories import class_colours, class_key, class_lines
from augury.tables.generators import generator_run_of

PANELS = {"r_t": "Mean sign of D(x)", "ada_p": "ADA's p"}


def draw(histories: Sequence[Path]) -> Figure:
    """One row per generator, one colour per class; the right column for generators that use ADA, if any does."""
    table = frame_of(histories, generator_run_of)
    columns = [name for name in PANELS if name in table and table[name].notna().any()]
    if not columns:
        raise UserError(f"{histories[0]} has neither r_t nor ada_p; train the generators again")
    table = table[table[columns].notna().any(axis=1)]
    generators = list(dict.fromkeys(table["generator"]))
    colours = class_colours(table)
    key = class_key(colours)
    size = (theme.WIDTH, 2.5 * len(generators) + theme.legend_size(list(key), theme.WIDTH)[1])
    figure, axes = plt.subplots(len(generators), len(columns), figsize=size, squeeze=False, sharex="row")
    for row, generator in zip(axes, generators, strict=True):
        shown = table[table["generator"] == generator]
        for axis, column in zip(row, columns, strict=True):
            _panel(axis, shown, column, colours)
            if len(generators) > 1:
                axis.set_title(f"{PANELS[column]}\n{theme.short(generator, 22)}")
    theme.legend_below(figure, list(key.values()), list(key))
    return figure


def _panel(axis: Axes, table: pd.DataFrame, column: str, colours: dict[str, str] | None) -> None:
    lowest = min(-0.1, table[column].min() - 0.05) if table[column].notna().any() else -0.1
    axis.set(title=PANELS[column], ylim=(lowest, 1.05), xlabel="thousand images seen")
    if table[column].notna().any():
        class_lines(axis, table, column, "-", colours)
    else:
        axis.set(yticks=[])
        axis.text(0.5, 0.5, "not used" if column == "ada_p" else "not recorded", ha="center", transform=axis.transAxes)
