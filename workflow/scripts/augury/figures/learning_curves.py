"""Loss and accuracy of classifiers over epochs: a colour for each arm, bands over splits and seeds."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from augury.figures import theme
from augury.tables.predictions import run_of

MEASURES = {"loss": "Loss", "accuracy": "Accuracy"}
PARTS = {"validation": "validation", "train": "training"}
_STYLES = {"validation": "-", "train": theme.DASHED}


def draw(histories: Sequence[Path]) -> Figure:
    """Full lines are validation images, dashed ones training images; the line is the mean and the band all runs."""
    theme.apply()
    table = read_histories(histories)
    classifiers, arms = list(dict.fromkeys(table["classifier"])), list(dict.fromkeys(table["arm"]))
    palette = theme.colours(arms)
    labels = [theme.short(arm) for arm in arms] + [f"{part} images" for part in PARTS.values()]
    size = (theme.WIDTH, 2.4 * len(classifiers) + theme.legend_size(labels, theme.WIDTH)[1])
    figure, axes = plt.subplots(len(classifiers), 2, figsize=size, squeeze=False, sharex="row")
    for row, classifier in zip(axes, classifiers, strict=True):
        for axis, (measure, title) in zip(row, MEASURES.items(), strict=True):
            for part in PARTS:
                _lines(axis, table[table["classifier"] == classifier], f"{measure}_{part}", part, palette)
            axis.set(
                title=f"{title}, {theme.short(classifier, 22)}" if len(classifiers) > 1 else title,
                ylabel="",
                xlabel="epoch",
            )
    styles = [Line2D([], [], color=theme.INK, linestyle=_STYLES[part]) for part in PARTS]
    handles = [Line2D([], [], color=palette[arm]) for arm in arms] + styles
    theme.legend_below(figure, handles, labels)
    return figure


def _lines(axis: Axes, table: pd.DataFrame, column: str, part: str, palette: dict[str, str]) -> None:
    table = table.dropna(subset=[column])
    if table.empty:
        return
    judged = part == "validation"
    repeated = table["run"].nunique() > table["arm"].nunique()
    sns.lineplot(
        table,
        x="epoch",
        y=column,
        hue="arm",
        palette=palette,
        errorbar=("pi", 100) if judged and repeated else None,
        err_kws={"alpha": 0.15},
        linestyle=_STYLES[part],
        linewidth=1.8 if judged else 1.2,
        alpha=1 if judged else 0.7,
        legend=False,
        ax=axis,
    )


def read_histories(paths: Sequence[Path]) -> pd.DataFrame:
    """All classifier histories in one table, with columns arm, classifier and run (split and seed)."""
    tables = []
    for path in paths:
        run = run_of(path)
        tables.append(
            pd.read_csv(path, sep="\t").assign(
                arm=run.arm, classifier=run.classifier, run=f"{run.arm}/{run.split}/{run.seed}"
            )
        )
    return pd.concat(tables, ignore_index=True)
