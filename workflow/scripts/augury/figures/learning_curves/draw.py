"""Loss and accuracy of classifiers over epochs: rows of panels and colours for classifiers and arms, bands over runs.

Rows are classifiers and colours arms; where there are more classifiers than arms, the other way round, so that
the many can be compared within one panel.
"""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.typing import LineStyleType

from augury.figures import theme
from augury.figures.frames import frame_of
from augury.tables.predictions import run_of

MEASURES = {"loss": "Loss", "accuracy": "Accuracy"}
PARTS = {"validation": "validation", "train": "training"}
_STYLES: dict[str, LineStyleType] = {"validation": "-", "train": theme.DASHED}


def draw(histories: Sequence[Path]) -> Figure:
    """Full lines are validation images, dashed ones training images; the line is the mean and the band all runs."""
    table = frame_of(histories, run_of)
    classifiers, arms = list(dict.fromkeys(table["classifier"])), list(dict.fromkeys(table["arm"]))
    by, hue, rows, lines = "classifier", "arm", classifiers, arms
    if len(classifiers) > len(arms):
        by, hue, rows, lines = "arm", "classifier", arms, classifiers
    palette = theme.colours(lines)
    labels = [theme.short(name) for name in lines] + [f"{part} images" for part in PARTS.values()]
    tall = 2.4 if len(lines) <= len(theme.PALETTE) else 3.2
    size = (theme.WIDTH, tall * len(rows) + theme.legend_size(labels, theme.WIDTH)[1])
    figure, axes = plt.subplots(len(rows), 2, figsize=size, squeeze=False, sharex="row")
    for row, name in zip(axes, rows, strict=True):
        for axis, (measure, title) in zip(row, MEASURES.items(), strict=True):
            for part in PARTS:
                _lines(axis, table[table[by] == name], f"{measure}_{part}", part, hue, palette)
            title = f"{title}, {theme.short(name, 18)}" if len(rows) > 1 else title
            axis.set(title=title, ylabel="", xlabel="epoch")
    styles = [Line2D([], [], color=theme.INK, linestyle=_STYLES[part]) for part in PARTS]
    handles = [Line2D([], [], color=palette[name]) for name in lines] + styles
    theme.legend_below(figure, handles, labels)
    return figure


def _lines(axis: Axes, table: pd.DataFrame, column: str, part: str, hue: str, palette: dict[str, str]) -> None:
    table = table.dropna(subset=[column])
    if table.empty:
        return
    judged = part == "validation"
    repeated = table["run"].nunique() > 1
    sns.lineplot(
        table,
        x="epoch",
        y=column,
        hue=hue,
        palette=palette,
        errorbar=("pi", 100) if judged and repeated else None,
        err_kws={"alpha": 0.15},
        linestyle=_STYLES[part],
        linewidth=1.8 if judged else 1.2,
        alpha=1 if judged else 0.7,
        legend=False,
        ax=axis,
    )
