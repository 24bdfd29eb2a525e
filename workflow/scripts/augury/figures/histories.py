"""What the figures of generators' trainings share: lines by class, and their colours."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.typing import LineStyleType

from augury.figures import theme

GRID = 200  # points of a median's line


def class_colours(table: pd.DataFrame) -> dict[str, str] | None:
    """One colour per class; None past the palette's end, where classes are thin grey lines around their median."""
    classes = list(dict.fromkeys(table["class_"]))
    return theme.colours(classes) if len(classes) <= len(theme.PALETTE) else None


def class_lines(
    axis: Axes, table: pd.DataFrame, column: str, style: LineStyleType, colours: dict[str, str] | None
) -> None:
    """A column over thousands of images: one line per training, and their median where there are many classes."""
    table = table.dropna(subset=[column])
    for (class_, _), line in table.groupby(["class_", "run"], sort=False):
        colour, width = (colours[str(class_)], 1.4) if colours else (theme.FAINT, 0.6)
        axis.plot(
            line["kimg"], line[column], color=colour, linewidth=width, linestyle=style, alpha=0.85 if colours else 0.6
        )
    if not colours and len(table):
        axis.plot(*_median(table, column), color=theme.PALETTE[0], linewidth=2.2, linestyle=style)


def _median(table: pd.DataFrame, column: str) -> tuple[np.ndarray, np.ndarray]:
    # Classes of different sizes are recorded at different numbers of images: each is read off on one grid first.
    grid = np.linspace(table["kimg"].min(), table["kimg"].max(), GRID)
    lines = table.groupby(["class_", "run"], sort=False)
    values = [np.interp(grid, line["kimg"], line[column], left=np.nan, right=np.nan) for _, line in lines]
    shared = np.mean(~np.isnan(values), axis=0) >= 0.5  # a few long trainings are no median of all
    return grid[shared], np.nanmedian(np.array(values)[:, shared], axis=0)


def class_key(colours: dict[str, str] | None) -> dict[str, Line2D]:
    """Label to handle of the legend's part on classes."""
    if colours:
        return {theme.short(name): Line2D([], [], color=colour) for name, colour in colours.items()}
    return {
        "median of classes": Line2D([], [], color=theme.PALETTE[0], linewidth=2.4),
        "each class": Line2D([], [], color=theme.FAINT),
    }
