"""Differences from the baseline with intervals, beside the margin, the gains asked for and seen, and the chances."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from augury.figures import theme
from augury.tables.differences import DifferenceRow
from augury.tables.measures import MEASURES
from augury.tables.table import read_rows
from augury.tables.verdict import (
    ALL,
    CONTROLS,
    EQUIVALENT,
    HELPS,
    HURTS,
    LEAK,
    PRIMARY,
    SECONDARY,
    UNDERPOWERED,
    VerdictRow,
    kind,
)

ALWAYS = ("accuracy", "f1", "auroc", "brier")  # others where they are primary or resolved: the table has them all
MARKS = {HELPS: "^", HURTS: "v", EQUIVALENT: "s", UNDERPOWERED: "o", LEAK: "X"}
BLUE, RED = "#0072B2", "#D55E00"
COLOURS = {HELPS: BLUE, HURTS: RED, EQUIVALENT: "#1f2933", UNDERPOWERED: "#5B5B5B", LEAK: "#8a94a0"}
CHANCES = {"chance_hurts": RED, "chance_within": theme.GRID, "chance_helps": BLUE}
WIDEST = 3.0  # an interval is cut at this many times the farthest dot
SEEN = "d"  # marker
ASIDE = 0.55  # opacity of what is not primary


def draw(verdict: Sequence[Path], differences: Sequence[Path]) -> Figure:
    """One panel per measure, one row per arm and classifier, primary ones first; gains in hundredths of the measure."""
    rows = [row for path in verdict for row in read_rows(path, VerdictRow) if row.class_ == ALL]
    runs = [row for path in differences for row in read_rows(path, DifferenceRow)]
    if not rows:
        return theme.empty("There is one arm alone: nothing was compared.")
    several = len({row.classifier for row in rows}) > 1
    alone = len({row.baseline for row in rows}) == 1
    panels = {name: _ordered([row for row in rows if row.measure == name]) for name in MEASURES}
    panels = {name: group for name, group in panels.items() if group and (name in ALWAYS or any(map(_matters, group)))}
    heights = [0.75 + 0.46 * len(group) for group in panels.values()]
    figure, axes = plt.subplots(
        len(panels), 2, figsize=(theme.WIDTH, sum(heights) + 0.9), squeeze=False, sharey="row",
        gridspec_kw={"width_ratios": (4.5, 1), "height_ratios": heights},
    )  # fmt: skip
    for (axis, aside), (measure, group) in zip(axes, panels.items(), strict=True):
        _panel(axis, group, runs, measure)
        _chances(aside, group)
        axis.set_yticks(range(len(group)), [_label(row, several, alone) for row in group])
        axis.set_ylim(len(group) - 0.5, -0.5)
        axis.set_title(_title(measure))
    axes[0, 1].set_title("chances", fontsize=10.5)
    axes[-1, 0].set_xlabel(f"points better than {theme.short(rows[0].baseline) if alone else 'the baseline'}")
    handles = _legend(rows)
    theme.legend_below(figure, handles, [handle.get_label() for handle in handles])
    return figure


def _panel(axis: Axes, rows: Sequence[VerdictRow], runs: Sequence[DifferenceRow], measure: str) -> None:
    sign = MEASURES[measure].sign
    dots = [
        [100 * sign * getattr(run, measure) for run in runs
         if (run.arm, run.classifier) == (row.arm, row.classifier) and getattr(run, measure) is not None]
        for row in rows
    ]  # fmt: skip
    margin, target_difference = 100 * rows[0].margin, 100 * rows[0].target_difference
    far = max([margin, target_difference, *(abs(dot) for of_row in dots for dot in of_row)])
    ends = [abs(100 * end) for row in rows for end in (row.low, row.high, row.detectable) if end is not None]
    limit = 1.06 * min(max([far, *ends]), WIDEST * far)
    axis.axvspan(-margin, margin, color=theme.GRID, linewidth=0, zorder=0)
    axis.axvline(0, color=theme.FAINT, linewidth=1, zorder=1)
    axis.axvline(target_difference, color=theme.FAINT, linewidth=1.2, linestyle=theme.DASHED, zorder=1)
    for position, (row, of_row) in enumerate(zip(rows, dots, strict=True)):
        if len(of_row) > 1:
            axis.scatter(of_row, [position + 0.24] * len(of_row), s=10, color=theme.FAINT, linewidths=0, zorder=2)
        if row.difference is not None:
            _estimate(axis, row, row.difference, position, limit)
    axis.set_xlim(-limit, limit)
    axis.grid(axis="y", visible=False)
    _apart(axis, rows)


def _estimate(axis: Axes, row: VerdictRow, difference: float, position: int, limit: float) -> None:
    colour, strength = COLOURS[row.word], 1.0 if row.family in ("", PRIMARY) else ASIDE
    sign = MEASURES[row.measure].sign
    if row.low is not None and row.high is not None:
        low, high = (100 * sign * end for end in (row.low, row.high)[::sign])
        _bar(axis, low, high, limit, position, colour, strength)
    face = "white" if row.word == UNDERPOWERED else colour
    axis.scatter(
        [100 * sign * difference], [position], s=58, marker=MARKS[row.word], color=face, edgecolor=colour,
        linewidths=1.5, zorder=4,
    )  # fmt: skip
    if row.detectable is not None and 100 * row.detectable <= limit:
        axis.plot([100 * row.detectable], [position], marker=SEEN, markersize=7, color=theme.INK, zorder=5)
    axis.annotate(
        row.word, (1.0, position - 0.3), xycoords=("axes fraction", "data"), xytext=(-3, 0), textcoords="offset points",
        ha="right", va="center", fontsize=9, color=theme.INK,
    )  # fmt: skip


def _bar(axis: Axes, low: float, high: float, limit: float, position: float, colour: str, strength: float) -> None:
    ends = [max(low, -limit), min(high, limit)]
    axis.plot(ends, [position, position], color=colour, linewidth=2.2, alpha=strength, zorder=3)
    for cut, edge, arrow in ((low < -limit, -limit, "<"), (high > limit, limit, ">")):
        if cut:
            axis.plot([edge], [position], marker=arrow, color=colour, markersize=5, clip_on=False, zorder=5)


def _chances(axis: Axes, rows: Sequence[VerdictRow]) -> None:
    """The three posterior chances of every row, side by side."""
    for position, row in enumerate(rows):
        left = 0.0
        for name, colour in CHANCES.items():
            width = getattr(row, name) or 0.0
            axis.barh(position, width, left=left, height=0.42, color=colour, linewidth=0)
            left += width
    axis.set(xlim=(0, 1), xticks=(0, 0.5, 1))
    axis.set_xticklabels(("0", "½", "1"))
    axis.grid(axis="y", visible=False)
    _apart(axis, rows)


def _apart(axis: Axes, rows: Sequence[VerdictRow]) -> None:
    """A line between families."""
    for index in range(1, len(rows)):
        if kind(rows[index]) != kind(rows[index - 1]):
            axis.axhline(index - 0.5, color=theme.FAINT, linewidth=0.9)


def _legend(rows: Sequence[VerdictRow]) -> list:
    margin, target_difference = (f"{100 * value:g}" for value in (rows[0].margin, rows[0].target_difference))
    return [
        Patch(color=theme.GRID, label=f"within the margin of {margin}"),
        Line2D(
            [],
            [],
            color=theme.FAINT,
            linewidth=1.2,
            linestyle=theme.DASHED,
            label=f"target difference, {target_difference}",
        ),
        Line2D([], [], color=theme.INK, marker=SEEN, linestyle="none", label="gain that would be seen"),
        Patch(color=RED, label="chance to hurt by more"),
        Patch(color=BLUE, label="chance to help by more"),
    ]


def _title(name: str) -> str:
    measure = MEASURES[name]
    mean = ", mean over classes" * measure.about.endswith("mean over classes")
    return f"{measure.title[0].upper()}{measure.title[1:]}{mean}{', drop' * (measure.sign < 0)}"


def _matters(row: VerdictRow) -> bool:
    return row.family == PRIMARY or row.word in (HELPS, HURTS)


def _ordered(rows: Sequence[VerdictRow]) -> list[VerdictRow]:
    order = ("", PRIMARY, SECONDARY, CONTROLS)
    return sorted(rows, key=lambda row: order.index(kind(row)))


def _label(row: VerdictRow, several: bool, alone: bool) -> str:
    arm = row.arm if alone else f"{row.arm} against {row.baseline}"
    name = theme.wrapped(f"{arm}, {row.classifier}" if several else arm, 22)
    return name if kind(row) in ("", PRIMARY) else f"{name}\n({kind(row).removesuffix('s')})"
