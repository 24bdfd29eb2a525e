"""Reliability diagrams: how often classifiers are right against how sure they are, before and after calibration."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from augury.figures import theme
from augury.figures.runs import Key, grid_cell, is_lowest, judged_runs, panel_title, panels
from augury.metrics import intervals
from augury.metrics.calibration_error import calibration_error, reliability
from augury.metrics.temperature import at_temperature
from augury.metrics.temperature_prior import fit_with_prior
from augury.tables.predictions import Predictions

REPLICATES = 1000
_SIDE = 2.6
_WORDS = 0.9  # inches for the lines below each panel
_LABELS = ("as trained", "after calibration")


@dataclass(frozen=True, slots=True)
class Judged:
    """The answers of one arm and classifier, over all its runs."""

    right: np.ndarray  # (N,) bool
    before: np.ndarray  # (N,) confidences as trained
    after: np.ndarray | None  # (N,) at each run's own temperature; None where nothing was fitted
    specimens: np.ndarray  # (N,) indices of the specimens
    drawn: np.ndarray  # (B, S) bootstrap weights of these
    temperatures: list[float]


def draw(predictions: Sequence[Path]) -> Figure:
    """Test images, at temperatures fitted to the validation images of the same run; bars count the answers.

    Where nothing was tested, validation images as they are. Raises UserError where no image was judged.
    """
    tables, part = judged_runs(predictions)
    groups = {key: _judged(runs, part) for key, runs in tables.items()}
    keys = list(groups)
    figure, axes = panels(keys, _SIDE, 8.6, (0.5, 0.5 + theme.legend_size(_LABELS, theme.WIDTH)[1]))
    n_rows = grid_cell(next(iter(axes.values()))).get_gridspec().nrows
    figure.set_figheight(figure.get_figheight() + n_rows * _WORDS)
    for key, axis in axes.items():
        lines = _panel(axis, groups[key])
        axis.set_title(panel_title(key, keys, _SIDE))
        if grid_cell(axis).is_first_col():
            axis.set_ylabel("share called rightly")
        named = [f"probability of the class called,\n{part} images"] if is_lowest(axis, axes.values()) else []
        axis.set_xlabel("\n".join([*lines, *named]))
    _legend(figure, axes)
    return figure


def _judged(runs: Sequence[Predictions], part: str) -> Judged:
    validation, judged = ([run.of(name) for run in runs] for name in ("validation", part))
    fitted = [fit_with_prior(each.probabilities, each.labels) for each in validation]
    scaled = [at_temperature(each.probabilities, fit.temperature) for each, fit in zip(judged, fitted, strict=True)]
    units = intervals.units([(each.labels, each.specimen) for each in judged])
    # Temperatures are fitted to validation images, so these cannot show what comes of them.
    fits = part == "test" and any(not fit.reason for fit in fitted)
    return Judged(
        right=np.concatenate([each.predicted == each.labels for each in judged]),
        before=np.concatenate([each.probabilities.max(axis=1) for each in judged]),
        after=np.concatenate([each.max(axis=1) for each in scaled]) if fits else None,
        specimens=np.concatenate(units.indices),
        drawn=intervals.bootstrap_weights(units.strata, REPLICATES),
        temperatures=[fit.temperature for fit in fitted],
    )


def _panel(axis: Axes, judged: Judged) -> list[str]:
    # Returns what is written below the panel.
    axis.plot([0, 1], [0, 1], color=theme.FAINT, linewidth=1, linestyle=theme.DASHED)
    lines: list[str] = []
    chance: list[str] = []
    for label, confidence, colour in zip(_LABELS, (judged.before, judged.after), theme.PALETTE, strict=False):
        if confidence is None:
            continue
        bins = reliability(confidence, judged.right)
        # The area of a dot is its share of the answers.
        axis.scatter(bins.confidence, bins.accuracy, s=12 + 160 * bins.counts / bins.counts.sum(), color=colour,
                     edgecolor="white", linewidths=0.7, zorder=3, label=label)  # fmt: skip
        error = calibration_error(confidence, judged.right, judged.specimens, judged.drawn)
        lines.append(f"{'error' if not lines else 'after'} {error.value:.3f} [{error.low:.3f}, {error.high:.3f}]")
        chance.append(f"{error.by_chance:.3f}")
    lines.append(f"by chance {', '.join(chance)}")
    if judged.after is not None:
        lines.append(f"temperature {_range(judged.temperatures)}")
    axis.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal", xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    return lines


def _legend(figure: Figure, axes: dict[Key, Axes]) -> None:
    entries: dict[str, object] = {}
    for axis in axes.values():
        for handle, label in zip(*axis.get_legend_handles_labels(), strict=True):
            entries.setdefault(label, handle)
    theme.legend_below(figure, list(entries.values()), list(entries))


def _range(values: list[float]) -> str:
    low, high = min(values), max(values)
    return f"{low:.2f}" if high - low < 0.005 else f"{low:.2f} to {high:.2f}"
