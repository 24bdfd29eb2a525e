"""Test accuracy and macro F1 of every arm with 95% intervals, one colour per classifier; small dots are single runs."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from augury.command.errors import UserError
from augury.figures import theme
from augury.tables.classification import ALL, ClassificationRow
from augury.tables.table import read_rows

MEASURES = {"accuracy": "Accuracy", "f1": "F1, mean over classes"}


def draw(classification: Sequence[Path]) -> Figure:
    """The test part, or the validation part where nothing was tested."""
    rows = [row for path in classification for row in read_rows(path, ClassificationRow)]
    if not rows:
        raise UserError(f"{classification[0]} has no rows; give the split a validation or test part")
    part = "test" if any(row.part == "test" for row in rows) else "validation"
    rows = [row for row in rows if row.part == part]
    arms = list(dict.fromkeys(row.arm for row in rows))
    classifiers = list(dict.fromkeys(row.classifier for row in rows))
    legend = (
        theme.legend_size([theme.short(name, 30) for name in classifiers], theme.WIDTH)[1]
        if len(classifiers) > 1
        else 0
    )
    height = 1.0 + legend + len(arms) * max(0.42, 0.16 + 0.2 * len(classifiers))
    figure, axes = plt.subplots(1, 2, figsize=(theme.WIDTH, height), sharey=True)
    for axis, (metric, title) in zip(axes, MEASURES.items(), strict=True):
        _panel(axis, rows, metric, arms, classifiers)
        axis.set(title=title, xlabel=f"{part} images" if part == "test" else "validation images (nothing was tested)")
    leaked = {row.arm for row in rows if row.leaked}
    axes[0].set_yticks(range(len(arms)), [theme.wrapped(arm) + ("\n(leaked)" if arm in leaked else "") for arm in arms])
    axes[0].set_ylim(len(arms) - 0.5, -0.5)
    if len(classifiers) > 1:
        handles, labels = axes[0].get_legend_handles_labels()
        theme.legend_below(figure, handles, [theme.short(label, 30) for label in labels])
    return figure


def _panel(axis: Axes, rows: Sequence[ClassificationRow], metric: str, arms: list[str], classifiers: list[str]) -> None:
    step = min(0.24, 0.8 / len(classifiers))
    for index, (classifier, colour) in enumerate(theme.colours(classifiers).items()):
        shift = (index - (len(classifiers) - 1) / 2) * step
        means = [row for row in rows if row.classifier == classifier and row.split == ALL]
        runs = [row for row in rows if row.classifier == classifier and row.split != ALL]
        if len(runs) > len(means):
            points = [
                (getattr(row, metric), arms.index(row.arm) + shift + 0.38 * step)
                for row in runs
                if getattr(row, metric) is not None
            ]
            x, y = zip(*points, strict=True)
            axis.scatter(x, y, s=11, color=colour, alpha=0.5, linewidths=0, zorder=2)
        for row in means:
            low, high = getattr(row, f"{metric}_low"), getattr(row, f"{metric}_high")
            if low is not None and high is not None:
                axis.plot(
                    [low, high],
                    [arms.index(row.arm) + shift] * 2,
                    color=colour,
                    linewidth=2.4,
                    solid_capstyle="round",
                    zorder=3,
                )
        points = [
            (getattr(row, metric), arms.index(row.arm) + shift) for row in means if getattr(row, metric) is not None
        ]
        if points:
            x, y = zip(*points, strict=True)
            axis.scatter(x, y, s=46, color=colour, edgecolor="white", linewidths=0.9, zorder=4, label=classifier)
    axis.grid(axis="y", visible=False)
    for border in range(1, len(arms)):
        axis.axhline(border - 0.5, color=theme.GRID, linewidth=0.8)
