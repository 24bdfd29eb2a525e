"""Distances of generators from the real images of each class, one colour per generator; small dots are trainings."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from augury.figures import theme
from augury.scores.generators import at_end
from augury.scores.judges import extractors_of, shown
from augury.scores.naming import metric_names
from augury.tables.generators import END, GeneratorRow
from augury.tables.synthetic import ScoreRow
from augury.tables.table import read_rows

MEASURES = {"frechet": ("frechet_distance", 1), "kid": ("kid", 100)}  # prefix of the interval -> field and factor
MARGIN = 0.5  # of the span of the dots, or of the largest: how far beyond them an interval is drawn


def draw(generators: Sequence[Path], synthetic: Sequence[Path]) -> Figure:
    """Ends of trainings. Bars are over trainings, or thin ones over the images of a single training."""
    rows = shown([row for path in generators for row in read_rows(path, GeneratorRow) if row.when == END])
    kept = set(extractors_of(rows))
    runs = [
        row for row in at_end(row for path in synthetic for row in read_rows(path, ScoreRow)) if row.extractor in kept
    ]
    if not rows:
        return theme.empty("No generator was scored.")
    names, classes = (list(dict.fromkeys(getattr(row, field) for row in rows)) for field in ("generator", "class_"))
    colours = theme.colours(names)
    labels = [theme.short(name, 30) for name in names]
    legend = theme.legend_size(labels, theme.WIDTH)[1] if len(names) > 1 else 0
    height = 1.1 + legend + len(classes) * max(0.42, 0.16 + 0.17 * len(names))
    figure, axes = plt.subplots(1, 2, figsize=(theme.WIDTH, height), sharey=True)
    titles = [name.replace(" (", "\n(", 1) for name in metric_names(rows[0].extractor)]
    for axis, (prefix, (field, factor)), title in zip(axes, MEASURES.items(), titles, strict=True):
        _panel(axis, rows, runs, prefix, field, factor, classes, colours)
        axis.set(title=title, xlabel="distance × 100" if factor == 100 else "distance")
    leaked = {row.class_ for row in rows if row.leaked}
    tick_labels = [theme.wrapped(name) + ("\n(leaked)" if name in leaked else "") for name in classes]
    axes[0].set_yticks(range(len(classes)), tick_labels)
    axes[0].set_ylim(len(classes) - 0.5, -0.5)
    if len(names) > 1:
        handles = [plt.Line2D([], [], color=colour, marker="o", linewidth=2.4) for colour in colours.values()]
        theme.legend_below(figure, handles, labels)
    return figure


def _panel(
    axis: Axes,
    rows: Sequence[GeneratorRow],
    runs: Sequence[ScoreRow],
    prefix: str,
    field: str,
    factor: float,
    classes: list[str],
    colours: dict[str, str],
) -> None:
    step = min(0.22, 0.8 / len(colours))
    values, bars = [], []
    for index, (generator, colour) in enumerate(colours.items()):
        shift = (index - (len(colours) - 1) / 2) * step
        for row in rows:
            value = getattr(row, field)
            if row.generator != generator or value is None:
                continue
            y = classes.index(row.class_) + shift
            alike = [run for run in runs if (run.generator, run.class_) == (generator, row.class_)]
            known = [factor * getattr(run, field) for run in alike if getattr(run, field) is not None]
            if len(known) > 1:
                axis.scatter(known, [y + 0.4 * step] * len(known), s=9, color=colour, alpha=0.5, linewidths=0, zorder=2)
            source = row if row.n_runs > 1 or len(alike) != 1 else alike[0]
            ends = [getattr(source, f"{prefix}_{end}") for end in ("low", "high")]
            if None not in ends:
                bars.append(([factor * end for end in ends], y, colour, 2.2 if source is row else 1.2))
            axis.scatter([factor * value], [y], s=38, color=colour, edgecolor="white", linewidths=0.8, zorder=4)
            values += [factor * value, *known]
    _limit(axis, values, bars)
    axis.grid(axis="y", visible=False)
    for border in range(1, len(classes)):
        axis.axhline(border - 0.5, color=theme.GRID, linewidth=0.8)


def _limit(axis: Axes, values: Sequence[float], bars: Sequence[tuple]) -> None:
    # An interval over two trainings may be a dozen times as wide as all dots are apart: it ends in an arrow.
    if not values:
        return
    span = max(max(values) - min(values), *(abs(value) for value in values), 1e-9)
    ends = [end for (low, high), *_ in bars for end in (low, high)]
    left = max(min([*ends, *values]), min(values) - MARGIN * span) - 0.04 * span
    right = min(max([*ends, *values]), max(values) + MARGIN * span) + 0.04 * span
    for (low, high), y, colour, width in bars:
        axis.plot([max(low, left), min(high, right)], [y, y], color=colour, linewidth=width, zorder=3)
        for cut, edge, arrow in ((low < left, left, "<"), (high > right, right, ">")):
            if cut:
                axis.plot([edge], [y], marker=arrow, color=colour, markersize=5, clip_on=False, zorder=5)
    axis.set_xlim(left, right)
