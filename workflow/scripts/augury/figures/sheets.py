"""Sheets of images that trainings wrote, chosen and laid out so that each image can still be seen."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from augury.command.errors import UserError
from augury.figures import theme
from augury.tables.generators import generator_run_of

MOST_SHEETS = 24  # in a figure; the others stay in the folders of their generators
FEW_SHEETS = 6  # up to which sheets stand one below the other, each over the whole width
WIDE = 8.6  # inches of a figure of two columns
GAP = 2  # white pixels between the images of a sheet
_TITLE, _BETWEEN, _FONT = 0.32, 0.16, 11  # inches, inches, points
_LETTERS = 37  # of a title over a sheet in the narrower of two columns
Item = TypeVar("Item")


class Sheet(NamedTuple):
    """A sheet with what is written around it."""

    title: str
    pixels: np.ndarray  # (H, W) or (H, W, 3) uint8
    rows: int  # rows of images
    labels: Sequence[str] = ()  # left of each row
    notes: Sequence[str] = ()  # below each column


def read_sheet(path: Path) -> np.ndarray:
    """Pixels (H, W) or (H, W, 3) uint8 of a PNG; UserError when it is none."""
    try:
        with Image.open(path, formats=("PNG",)) as image:
            return np.asarray(image.convert("L" if image.mode == "L" else "RGB"))
    except OSError:
        raise UserError(f"{path} is no PNG; remove it and run the step that writes it") from None


def spread_out(items: Mapping[tuple[str, str], Item], most: int = MOST_SHEETS) -> dict[tuple[str, str], Item]:
    """At most `most` of the items by (generator, class): equally many classes a generator, evenly spaced among them.

    Generators of the same classes show the same ones, so that they can be compared.
    """
    generators = list(dict.fromkeys(generator for generator, _ in items))[:most]
    share = most // max(1, len(generators))
    chosen: dict[tuple[str, str], Item] = {}
    for generator in generators:
        keys = [key for key in items if key[0] == generator]
        indices = np.unique(np.linspace(0, len(keys) - 1, min(share, len(keys))).round().astype(int))
        chosen |= {keys[index]: items[keys[index]] for index in indices}
    return chosen


def of_first_run(paths: Sequence[Path]) -> dict[tuple[str, str], Path]:
    """(generator, class) -> the file of its first split and seed among files in the folders of generators."""
    by_run: dict[tuple[str, str], Path] = {}
    for path in paths:
        run = generator_run_of(path)
        by_run.setdefault((run.generator, run.class_), path)
    return by_run


def title(generator: str, class_: str) -> str:
    """What stands above a sheet."""
    first = theme.short(generator, _LETTERS - 16)
    return f"{first}, {theme.short(class_, _LETTERS - len(first))}"


def lay_out(sheets: Sequence[Sheet], few: int = FEW_SHEETS, head: float = 0.0) -> Figure:
    """Sheets in one column, or in two where there are more than a few, with their titles, labels and notes.

    head: inches that are left free above them.
    """
    columns = 1 if len(sheets) <= few else 2
    width = theme.WIDTH if columns == 1 else WIDE
    label = max((0.092 * len(each) + 0.12 for sheet in sheets for each in sheet.labels), default=0.0)
    inner = width / columns - label - 0.12  # inches of a sheet
    rows = [sheets[start : start + columns] for start in range(0, len(sheets), columns)]
    heights = [max(_height(sheet, inner) for sheet in row) for row in rows]
    height = sum(heights) + 0.1 + head
    figure = plt.figure(figsize=(width, height), layout="none")
    top = height - 0.05 - head
    for row, tall in zip(rows, heights, strict=True):
        for column, sheet in enumerate(row):
            _draw(figure, sheet, column * width / columns + 0.04, top, label, inner)
        top -= tall
    return figure


def _height(sheet: Sheet, inner: float) -> float:
    note = 0.22 * max((1 + text.count("\n") for text in sheet.notes), default=0)
    return _TITLE + inner * sheet.pixels.shape[0] / sheet.pixels.shape[1] + note + _BETWEEN


def _draw(figure: Figure, sheet: Sheet, left: float, top: float, label: float, inner: float) -> None:
    width, height = figure.get_size_inches()
    tall, wide = sheet.pixels.shape[:2]
    scale = inner / wide  # inches a pixel
    top -= _TITLE
    figure.text(left / width, (top + 0.07) / height, sheet.title, fontsize=12, fontweight="bold", va="bottom")
    left += label
    axis = figure.add_axes((left / width, (top - tall * scale) / height, inner / width, tall * scale / height))
    axis.imshow(sheet.pixels, cmap="gray", vmin=0, vmax=255, aspect="auto", interpolation="antialiased")
    axis.set_axis_off()
    pitch = (tall + GAP) / sheet.rows
    for index, text in enumerate(sheet.labels):
        y = top - (index * pitch + (pitch - GAP) / 2) * scale
        figure.text((left - 0.07) / width, y / height, text, fontsize=_FONT, ha="right", va="center")
    for index, text in enumerate(sheet.notes):
        pitch = (wide + GAP) / len(sheet.notes)
        x = left + (index * pitch + (pitch - GAP) / 2) * scale
        figure.text(x / width, (top - tall * scale - 0.03) / height, text, fontsize=_FONT, ha="center", va="top")
