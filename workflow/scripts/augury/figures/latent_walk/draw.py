"""Walks through the latent space of each generator: every row turns one synthetic image into another."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from augury.figures.sheets import Sheet, lay_out, of_first_run, read_sheet, spread_out, title


def draw(sheets: Sequence[Path]) -> Figure:
    """latent_walk.png of the first split and seed, a block a generator and class."""
    chosen = spread_out(of_first_run(sheets))
    return lay_out([Sheet(title(*key), read_sheet(path), 1) for key, path in chosen.items()])
