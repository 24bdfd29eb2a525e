"""Differences from the baseline with intervals and the margin of equivalence; shapes and words say the verdict."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from augury.figures import theme
from augury.tables.table import read_rows
from augury.tables.verdict import ALL, EQUIVALENT, HELPS, HURTS, LEAK, UNDERPOWERED, DifferenceRow, VerdictRow

MEASURES = {"accuracy": "Accuracy", "f1": "F1, mean over classes", "auroc": "AUROC, mean over classes"}
MARKS = {HELPS: "^", HURTS: "v", EQUIVALENT: "s", UNDERPOWERED: "o", LEAK: "X"}
COLOURS = {HELPS: "#0072B2", HURTS: "#D55E00", EQUIVALENT: "#1f2933", UNDERPOWERED: "#5B5B5B", LEAK: "#8a94a0"}
WIDEST = 3.0  # an interval is cut at this many times the farthest dot


def draw(verdict: Sequence[Path], differences: Sequence[Path]) -> Figure:
    """Three panels, a row an arm and classifier; in points, hundredths of the measure."""
    theme.apply()
    rows = [row for path in verdict for row in read_rows(path, VerdictRow) if row.class_ == ALL]
    runs = [row for path in differences for row in read_rows(path, DifferenceRow)]
    keys = list(dict.fromkeys((row.arm, row.classifier) for row in rows))
    if not keys:
        return theme.empty("There is one arm alone: nothing was compared.")
    several = len({classifier for _, classifier in keys}) > 1
    baselines = {row.arm: row.baseline for row in rows}
    alone = len(set(baselines.values())) == 1
    named = keys if alone else [(f"{arm} against {baselines[arm]}", classifier) for arm, classifier in keys]
    figure, axes = plt.subplots(
        len(MEASURES), 1, figsize=(theme.WIDTH, len(MEASURES) * (0.75 + 0.42 * len(keys)) + 0.5)
    )
    for axis, (measure, title) in zip(axes, MEASURES.items(), strict=True):
        _panel(axis, [row for row in rows if row.measure == measure], runs, measure, keys, rows[0].margin)
        labels = [theme.wrapped(f"{arm}, {classifier}" if several else arm, 22) for arm, classifier in named]
        axis.set_yticks(range(len(keys)), labels)
        axis.set_ylim(len(keys) - 0.5, -0.5)
        axis.set_title(title)
    axes[-1].set_xlabel(f"points above {theme.short(rows[0].baseline) if alone else 'the baseline'}")
    return figure


def _panel(
    axis: Axes,
    rows: Sequence[VerdictRow],
    runs: Sequence[DifferenceRow],
    measure: str,
    keys: list[tuple[str, str]],
    margin: float,
) -> None:
    dots = {
        key: [100 * getattr(run, measure) for run in runs
              if (run.arm, run.classifier) == key and getattr(run, measure) is not None]
        for key in keys
    }  # fmt: skip
    far = max([100 * margin, *(abs(dot) for held in dots.values() for dot in held)])
    ends = [abs(100 * end) for row in rows for end in (row.low, row.high) if end is not None]
    limit = 1.06 * min(max([far, *ends]), WIDEST * far)
    axis.axvspan(-100 * margin, 100 * margin, color=theme.GRID, linewidth=0, zorder=0)
    axis.axvline(0, color=theme.FAINT, linewidth=1, zorder=1)
    for row in rows:
        place, colour = keys.index((row.arm, row.classifier)), COLOURS[row.word]
        held = dots[row.arm, row.classifier]
        if len(held) > 1:
            axis.scatter(held, [place + 0.24] * len(held), s=10, color=theme.FAINT, linewidths=0, zorder=2)
        if row.difference is None:
            continue
        if row.low is not None and row.high is not None:
            _bar(axis, 100 * row.low, 100 * row.high, limit, place, colour)
        face = "white" if row.word == UNDERPOWERED else colour
        axis.scatter(
            [100 * row.difference], [place], s=58, marker=MARKS[row.word], color=face, edgecolor=colour, linewidths=1.5,
            zorder=4,
        )  # fmt: skip
        axis.annotate(
            row.word, (1.0, place), xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points",
            va="center", fontsize=10, color=theme.INK,
        )  # fmt: skip
    axis.set_xlim(-limit, limit)
    axis.grid(axis="y", visible=False)


def _bar(axis: Axes, low: float, high: float, limit: float, place: float, colour: str) -> None:
    axis.plot([max(low, -limit), min(high, limit)], [place, place], color=colour, linewidth=2.2, zorder=3)
    for cut, edge, mark in ((low < -limit, -limit, "<"), (high > limit, limit, ">")):
        if cut:
            axis.plot([edge], [place], marker=mark, color=colour, markersize=5, clip_on=False, zorder=5)
