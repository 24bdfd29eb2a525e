"""How each classifier arranges images: UMAP of the features before its last layer, real and synthetic points."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from augury.figures import theme
from augury.figures.explained import key_of, of_first_arms
from augury.figures.runs import panel_title, panels
from augury.tables.explanations import MapRow
from augury.tables.table import read_rows

_SIDE = 2.7
MOST_NAMED = 16  # classes in the legend; of more, colours alone tell neighbours apart
# Marker, area in points^2, line width and opacity; drawn in this order, so that test images lie on top.
KINDS = {
    "train": ("o", 9, 0, 0.45),
    "synthetic": ("x", 9, 0.7, 0.6),
    "validation": ("o", 20, 0.9, 1),
    "test": ("o", 20, 0.9, 1),
}


def draw(maps: Sequence[Path]) -> Figure:
    """umap.tsv of each arm and classifier, a panel each. Both axes are without a unit."""
    tables = {key_of(path): read_rows(path, MapRow) for path in of_first_arms(maps)}
    tables = {key: rows for key, rows in tables.items() if rows}
    if not tables:
        return theme.empty("There are too few images for a map.")
    classes = list(dict.fromkeys(row.class_ for rows in tables.values() for row in rows))
    kinds = [kind for kind in KINDS if any(row.kind == kind for rows in tables.values() for row in rows)]
    colours = theme.colours(classes)
    handles = [_handle(kind) for kind in kinds]
    if len(classes) <= MOST_NAMED:
        handles += [_dot(colours[name], theme.short(name)) for name in classes]
    labels = [str(handle.get_label()) for handle in handles]
    figure, axes = panels(list(tables), _SIDE, 8.6, (0.2, 0.3 + theme.legend_size(labels, theme.WIDTH)[1]))
    for key, axis in axes.items():
        _panel(axis, tables[key], colours)
        axis.set_title(panel_title(key, list(tables), _SIDE))
    theme.legend_below(figure, handles, labels)
    return figure


def _panel(axis: Axes, rows: Sequence[MapRow], colours: dict[str, str]) -> None:
    for order, (kind, (marker, area, line, opacity)) in enumerate(KINDS.items()):
        of_kind = [row for row in rows if row.kind == kind]
        inks = [colours[row.class_] for row in of_kind]
        dots = axis.scatter(
            [row.x for row in of_kind],
            [row.y for row in of_kind],
            s=area,
            c=inks,
            marker=marker,
            alpha=opacity,
            zorder=2 + order,
            linewidths=line,
            rasterized=len(rows) > 300,  # thousands of paths would make a heavy file
        )
        if marker != "x":
            dots.set_edgecolor(theme.INK if line else "none")
    axis.set(xticks=[], yticks=[])
    axis.grid(visible=False)


def _handle(kind: str) -> Line2D:
    marker, area, line, _ = KINDS[kind]
    edge = theme.FAINT if marker == "x" or not line else theme.INK
    words = {"train": "training image", "synthetic": "synthetic image"}.get(kind, f"{kind} image")
    return Line2D([], [], linestyle="none", marker=marker, markersize=area**0.5, color=theme.FAINT,
                  markeredgecolor=edge, markeredgewidth=line or 0.5, label=words)  # fmt: skip


def _dot(colour: str, label: str) -> Line2D:
    return Line2D([], [], linestyle="none", marker="s", markersize=6, color=colour, label=label)
