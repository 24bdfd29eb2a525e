"""What the figures of classifiers share: predictions by arm and classifier, and a grid of panels for them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import SubplotSpec

from augury.command.errors import UserError
from augury.figures import theme
from augury.tables.grouping import grouped
from augury.tables.predictions import Predictions, read_predictions, run_of

Key = tuple[str, str]  # arm, classifier


def judged(paths: Sequence[Path]) -> tuple[dict[Key, list[Predictions]], str]:
    """Predictions of the judged part by arm and classifier, and the part; see judged_runs."""
    runs, part = judged_runs(paths)
    return {key: [table.of(part) for table in group] for key, group in runs.items()}, part


def judged_runs(paths: Sequence[Path]) -> tuple[dict[Key, list[Predictions]], str]:
    """Whole predictions by arm and classifier, and the part that is judged: test, or validation where nothing was.

    Runs without an image of that part are left out. Raises UserError where all are.
    """
    groups = grouped(paths, lambda path: run_of(path)[1:3])
    tables = {key: [read_predictions(path) for path in group] for key, group in groups.items()}
    tested = any((table.part == "test").any() for group in tables.values() for table in group)
    part = "test" if tested else "validation"
    runs = {key: [table for table in group if (table.part == part).any()] for key, group in tables.items()}
    runs = {key: group for key, group in runs.items() if group}
    if not runs:
        raise UserError(
            f"no image was judged in any of {len(paths)} predictions; give the split a validation or test part"
        )
    return runs, part


def panels(
    keys: Sequence[Key], side: float, most_width: float, extra: tuple[float, float]
) -> tuple[Figure, dict[Key, Axes]]:
    """A panel of `side` inches for each key, no wider in all than `most_width` unless one panel is.

    One classifier a column where that fits, else in the order given; extra: inches for labels, right and below.
    """
    arms, classifiers = (list(dict.fromkeys(key[index] for key in keys)) for index in (0, 1))
    room = max(1, int((most_width - extra[0]) // side))
    columns = len(classifiers) if 1 < len(classifiers) <= room else min(room, len(keys))
    if columns == len(classifiers) and columns > 1:
        cell_of = {key: (arms.index(key[0]), classifiers.index(key[1])) for key in keys}
    else:
        cell_of = {key: divmod(number, columns) for number, key in enumerate(keys)}
    n_rows = 1 + max(row for row, _ in cell_of.values())
    size = (columns * side + extra[0], n_rows * (side + 0.45) + extra[1])
    figure, grid = plt.subplots(n_rows, columns, figsize=size, squeeze=False)
    for axis in set(grid.flat) - {grid[cell] for cell in cell_of.values()}:
        axis.set_visible(False)
    return figure, {key: grid[cell] for key, cell in cell_of.items()}


def panel_title(key: Key, keys: Sequence[Key], side: float) -> str:
    """The arm, and the classifier where there are several, as a panel of `side` inches can hold it."""
    letters = max(14, int(side * 9.5))
    lines = [theme.wrapped(key[0], letters)]
    if len({classifier for _, classifier in keys}) > 1:
        lines.append(theme.short(key[1], letters))
    return "\n".join(lines)


def grid_cell(axis: Axes) -> SubplotSpec:
    """Where a panel stands among the others."""
    cell = axis.get_subplotspec()
    if cell is None:
        raise ValueError("this panel stands alone")
    return cell


def is_lowest(axis: Axes, others: Iterable[Axes]) -> bool:
    """Whether no other panel stands below this one."""
    cell = grid_cell(axis)
    return not any(
        other.colspan == cell.colspan and other.rowspan.start > cell.rowspan.start for other in map(grid_cell, others)
    )


def mean_curve(runs: Sequence[Predictions], k: int, grid: np.ndarray) -> np.ndarray | None:
    """True positive rate of class k at each false positive rate of `grid`, mean over runs; None where undefined."""
    curves = []
    for run in runs:
        positive = run.labels == k
        if positive.any() and not positive.all():
            curves.append(np.interp(grid, *_steps(run.probabilities[:, k], positive)))
    return np.mean(curves, axis=0) if curves else None


def _steps(scores: np.ndarray, positive: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    # False and true positive rates at every distinct score, from the strictest threshold down.
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    hits = np.cumsum(positive[order])[ends]
    misses = ends + 1 - hits
    return np.concatenate([[0.0], misses / misses[-1]]), np.concatenate([[0.0], hits / hits[-1]])
