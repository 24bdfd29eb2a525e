"""How diffusion models trained: their loss on the images that they learn from, and on those of the validation part."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from augury.figures import theme
from augury.figures.frames import frame_of
from augury.figures.histories import class_colours, class_key, class_lines
from augury.tables.generators import generator_run_of

LINES = {"loss_denoising": ("-", "full: training images"), "loss_validation": (theme.DASHED, "dashed: validation part")}


def draw(histories: Sequence[Path]) -> Figure:
    """One row per generator, one colour per class; past the palette's end thin grey lines and a bold median."""
    table = frame_of(histories, generator_run_of)
    shown = {column: line for column, line in LINES.items() if column in table and table[column].notna().any()}
    generators, colours = list(dict.fromkeys(table["generator"])), class_colours(table)
    key = class_key(colours)
    key |= {label: Line2D([], [], color=theme.INK, linestyle=style) for style, label in shown.values()}
    size = (theme.WIDTH, 2.6 * len(generators) + theme.legend_size(list(key), theme.WIDTH)[1])
    figure, axes = plt.subplots(len(generators), 1, figsize=size, squeeze=False)
    for axis, generator in zip(axes[:, 0], generators, strict=True):
        rows = table[table["generator"] == generator]
        for column, (style, _) in shown.items():
            class_lines(axis, rows, column, style, colours)
        axis.set(title=theme.short(generator, 22), xlabel="thousand images seen", ylabel="loss")
    theme.legend_below(figure, list(key.values()), list(key))
    return figure
