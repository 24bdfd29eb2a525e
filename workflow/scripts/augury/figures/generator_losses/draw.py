"""How generators trained: losses of both networks, and what the discriminator says of real and of synthetic images."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from augury.figures import theme
from augury.figures.frames import frame_of
from augury.figures.histories import class_colours, class_key, class_lines
from augury.tables.generators import generator_run_of

PANELS = {
    "Loss": {"loss_discriminator": "-", "loss_generator": theme.DASHED},
    "Discriminator's output": {"d_real": "-", "d_fake": theme.DASHED},
}


def draw(histories: Sequence[Path]) -> Figure:
    """One row per generator, one colour per class; past the palette's end thin grey lines and a bold median."""
    table = frame_of(histories, generator_run_of)
    generators = list(dict.fromkeys(table["generator"]))
    colours = class_colours(table)
    key = _key(colours)
    size = (theme.WIDTH, 2.6 * len(generators) + theme.legend_size(list(key), theme.WIDTH)[1])
    figure, axes = plt.subplots(len(generators), 2, figsize=size, squeeze=False, sharex="row")
    for row, generator in zip(axes, generators, strict=True):
        shown = table[table["generator"] == generator]
        entropy = _is_cross_entropy(shown)
        if entropy:
            shown = shown.assign(loss_discriminator=shown["bce"])
        for axis, (title, lines) in zip(row, PANELS.items(), strict=True):
            for column, style in lines.items():
                class_lines(axis, shown, column, style, colours)
            axis.set(
                title=f"{title}\n{theme.short(generator, 22)}" if len(generators) > 1 else title,
                xlabel="thousand images seen",
            )
        row[1].axhline(0.5, color=theme.INK, linewidth=1, linestyle=":")
        row[1].set_ylim(-0.03, 1.03)
        if entropy:
            row[0].axhline(np.log(2), color=theme.INK, linewidth=1, linestyle=":")
    theme.legend_below(figure, list(key.values()), list(key))
    return figure


def _key(colours: dict[str, str] | None) -> dict[str, Line2D]:
    key = class_key(colours)
    key["full: discriminator, D(x)"] = Line2D([], [], color=theme.INK)
    key["dashed: generator, D(G(z))"] = Line2D([], [], color=theme.INK, linestyle=theme.DASHED)
    key["dotted: 0.5, and loss ln 2"] = Line2D([], [], color=theme.INK, linestyle=":", linewidth=1)
    return key


def _is_cross_entropy(table: pd.DataFrame) -> bool:
    # `bce` is the mean of the discriminator's two cross-entropy terms, whatever it was trained with. Where its loss was
    # their sum or their mean and nothing else, training comes to rest with each term at ln 2.
    if "bce" not in table or table["bce"].isna().all():
        return False
    ratio = (table["loss_discriminator"] / table["bce"]).median()
    return bool(min(abs(ratio - 1), abs(ratio - 2)) < 0.02)
