"""Receiver operating characteristics, one class against the rest, for each arm and classifier."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from augury.figures import theme
from augury.figures.runs import grid_cell, is_lowest, judged, mean_curve, panel_title, panels
from augury.metrics.classification import nan_mean, ranking
from augury.tables.predictions import Predictions

GRID = np.linspace(0, 1, 501)
_SIDE = 2.5


def draw(predictions: Sequence[Path]) -> Figure:
    """A curve is the mean over runs of the true positive rate at each false positive rate; bold, over classes too."""
    groups, part = judged(predictions)
    keys = list(groups)
    classes = next(iter(groups.values()))[0].classes
    named = len(classes) <= len(theme.PALETTE)
    labels = [theme.short(name) for name in classes] if named else ["each class"]
    figure, axes = panels(
        keys, _SIDE, 8.6, (0.5, 0.5 + theme.legend_size([*labels, "mean over classes"], theme.WIDTH)[1])
    )
    for key, axis in axes.items():
        _panel(axis, groups[key], classes, named)
        axis.set_title(panel_title(key, keys, _SIDE))
        if grid_cell(axis).is_first_col():
            axis.set_ylabel("true positive rate")
        if is_lowest(axis, axes.values()):
            axis.set_xlabel(f"false positive rate,\n{part} images")
    handles, labels = next(iter(axes.values())).get_legend_handles_labels()
    theme.legend_below(figure, handles, labels)
    return figure


def _panel(axis: Axes, runs: Sequence[Predictions], classes: tuple[str, ...], named: bool) -> None:
    axis.plot([0, 1], [0, 1], color=theme.FAINT, linewidth=1, linestyle=theme.DASHED)
    curves = []
    for k, (name, colour) in enumerate(theme.colours(classes).items()):
        curve = mean_curve(runs, k, GRID)
        if curve is None:
            continue
        curves.append(curve)
        label = theme.short(name) if named else ("each class" if len(curves) == 1 else None)
        axis.plot(
            [0, *GRID],
            [0, *curve],
            color=colour if named else theme.FAINT,
            linewidth=1.3 if named else 0.8,
            alpha=0.9,
            label=label,
        )
    if curves:
        axis.plot([0, *GRID], [0, *np.mean(curves, axis=0)], color=theme.INK, linewidth=2.4, label="mean over classes")
    area = np.mean([nan_mean(ranking(run.labels, run.probabilities)[0], axis=1)[0] for run in runs])
    axis.text(0.97, 0.05, f"mean AUROC {area:.3f}", ha="right", va="bottom", transform=axis.transAxes, fontsize=10)
    axis.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal", xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
