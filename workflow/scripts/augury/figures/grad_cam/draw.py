"""What every classifier looks at in the same test images: maps of Grad-CAM over the photographs."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from augury.command.errors import UserError
from augury.figures import theme
from augury.figures.explained import key_of, of_first_arms
from augury.figures.sheets import GAP, WIDE, read_sheet
from augury.tables.explanations import ExplainedRow
from augury.tables.table import read_rows

COLUMNS = 8
_TEXT = 0.2  # inches below a row of images
_RIGHT, _WRONG = theme.PALETTE[2], theme.PALETTE[1]


def draw(sheets: Sequence[Path], explanations: Sequence[Path]) -> Figure:
    """A row of images with their classes, then a row for each arm and classifier with what it says; COLUMNS a block.

    sheets: grad_cam.png; explanations: the grad_cam.tsv beside each. Raises UserError where a table is missing, or they
    do not show the same images.
    """
    tables = {path.parent: path for path in explanations}
    models: list[tuple[tuple[str, str], list[ExplainedRow], tuple[list[np.ndarray], list[np.ndarray]]]] = []
    for path in of_first_arms(sheets):
        if path.parent not in tables:
            raise UserError(f"no grad_cam.tsv was given for {path}; give one for each sheet")
        rows = read_rows(tables[path.parent], ExplainedRow)
        if models and [row.sha256 for row in rows] != [row.sha256 for row in models[0][1]]:
            raise UserError(f"{path} shows other images than {sheets[0]}; run explain_classifier for both again")
        models.append((key_of(path), rows, _cells(path, len(rows))))
    count = len(models[0][1])
    if not count:
        return theme.empty("No image was judged, so there is none to explain.")
    several = len({classifier for (_, classifier), _, _ in models}) > 1
    names = [theme.wrapped(arm, 14) + (f"\n{theme.short(kind, 14)}" if several else "") for (arm, kind), _, _ in models]
    label = 0.1 * max(len(line) for name in [*names, "the image"] for line in name.split("\n")) + 0.15
    cell = min(1.3, (WIDE - label) / min(COLUMNS, count))
    blocks = -(-count // COLUMNS)
    height = blocks * ((len(models) + 1) * (cell + _TEXT) + 0.15) + 0.05
    figure = plt.figure(figsize=(label + min(COLUMNS, count) * cell + 0.05, height), layout="none")
    top = height - 0.05
    for start in range(0, count, COLUMNS):
        shown = range(start, min(count, start + COLUMNS))
        truth = [(models[0][2][0][index], "", models[0][1][index].class_, theme.INK) for index in shown]
        top = _draw_row(figure, "the image", truth, top, label, cell)
        for name, (_, rows, (_, maps)) in zip(names, models, strict=True):
            top = _draw_row(
                figure, name, [(maps[index], *_prediction(rows[index])) for index in shown], top, label, cell
            )
        top -= 0.15
    return figure


def _prediction(row: ExplainedRow) -> tuple[str, str, str]:
    """A sign, the answer, and the colour of both."""
    return ("", row.predicted, _RIGHT) if row.predicted == row.class_ else ("✗", row.predicted, _WRONG)


def _cells(path: Path, count: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The images of a sheet and their maps."""
    pixels = read_sheet(path)
    side = (pixels.shape[0] + GAP) // 2 - GAP
    images, maps = (
        [pixels[top : top + side, left : left + side] for left in range(0, count * (side + GAP), side + GAP)]
        for top in (0, side + GAP)
    )
    return images, maps


def _draw_row(
    figure: Figure, name: str, cells: Sequence[tuple[np.ndarray, str, str, str]], top: float, label: float, cell: float
) -> float:
    """cells: pixels, a sign, a class and the colour of both. Returns the upper end of the next row, in inches."""
    width, height = figure.get_size_inches()
    figure.text((label - 0.1) / width, (top - cell / 2) / height, name, fontsize=11, ha="right", va="center")
    letters = int(cell * 12)
    for column, (pixels, sign, class_, colour) in enumerate(cells):
        left = label + column * cell
        box = (left / width, (top - cell + 0.04) / height, (cell - 0.04) / width, (cell - 0.04) / height)
        axis = figure.add_axes(box)
        axis.imshow(pixels, cmap="gray", vmin=0, vmax=255, interpolation="bilinear")
        axis.set_axis_off()
        x, y = (left + cell / 2 - 0.02) / width, (top - cell + 0.015) / height
        words = sign + theme.short(class_, letters - len(sign))
        figure.text(x, y, words, fontsize=8.5, ha="center", va="top", color=colour)
    return top - cell - _TEXT
