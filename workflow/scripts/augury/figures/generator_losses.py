"""How generators trained: losses of both networks, and what the discriminator says of real and of synthetic images."""

import re
from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from augury.command.errors import UserError
from augury.figures import theme

PANELS = {
    "Loss": {"loss_discriminator": "-", "loss_generator": theme.DASHED},
    "Discriminator's output": {"d_real": "-", "d_fake": theme.DASHED},
}
_PATH = re.compile(r"(?P<split>[^/]+)/generators/(?P<generator>[^/]+)/seed(?P<seed>\d+)/(?P<class_>[^/]+)/[^/]+$")


def draw(histories: Sequence[Path]) -> Figure:
    """A row a generator, a colour a class; past the palette's end thin grey lines for classes and a bold median."""
    theme.apply()
    table = read_histories(histories)
    generators, classes = list(dict.fromkeys(table["generator"])), list(dict.fromkeys(table["class_"]))
    colours = theme.colours(classes) if len(classes) <= len(theme.PALETTE) else None
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
                _lines(axis, shown, column, style, colours)
            axis.set(
                title=f"{title}\n{theme.short(generator, 30)}" if len(generators) > 1 else title,
                xlabel="thousand images seen",
            )
        row[1].axhline(0.5, color=theme.INK, linewidth=1, linestyle=":")
        row[1].set_ylim(-0.03, 1.03)
        if entropy:
            row[0].axhline(np.log(2), color=theme.INK, linewidth=1, linestyle=":")
    theme.legend_below(figure, list(key.values()), list(key))
    return figure


def read_histories(paths: Sequence[Path]) -> pd.DataFrame:
    """All generator histories in one table, with columns generator, class_ and run (split and seed)."""
    tables = []
    for path in paths:
        match = _PATH.search(Path(path).absolute().as_posix())
        if not match:
            raise UserError(
                f"{path} does not lie at {{split}}/generators/{{generator}}/seed{{seed}}/{{class_}}/; "
                "keep the workflow's folders"
            )
        names = {"generator": match["generator"], "class_": match["class_"], "run": f"{match['split']}/{match['seed']}"}
        tables.append(pd.read_csv(path, sep="\t").assign(**names))
    return pd.concat(tables, ignore_index=True)


def _lines(axis: Axes, table: pd.DataFrame, column: str, style, colours: dict[str, str] | None) -> None:
    table = table.dropna(subset=[column])
    for (class_, _), line in table.groupby(["class_", "run"], sort=False):
        colour, width = (colours[class_], 1.4) if colours else (theme.FAINT, 0.6)
        axis.plot(
            line["kimg"], line[column], color=colour, linewidth=width, linestyle=style, alpha=0.85 if colours else 0.6
        )
    if not colours and len(table):
        median = table.groupby("kimg")[column].median()
        axis.plot(median.index, median, color=theme.PALETTE[0], linewidth=2.2, linestyle=style)


def _key(colours: dict[str, str] | None) -> dict[str, Line2D]:
    if colours:
        key = {theme.short(name): Line2D([], [], color=colour) for name, colour in colours.items()}
    else:
        key = {
            "median of classes": Line2D([], [], color=theme.PALETTE[0], linewidth=2.4),
            "each class": Line2D([], [], color=theme.FAINT),
        }
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
