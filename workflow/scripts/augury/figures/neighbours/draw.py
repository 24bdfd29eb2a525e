"""The synthetic images most likely to be copies, above the training image that each lies nearest to."""

import math
from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from augury.command.errors import UserError
from augury.figures import theme
from augury.figures.sheets import Sheet, lay_out, read_sheet, spread_out, title
from augury.tables.synthetic import NeighbourRow
from augury.tables.table import read_rows

LABELS = ("synthetic", "training")


def draw(neighbours: Sequence[Path], sheets: Sequence[Path]) -> Figure:
    """A block a generator and class, of the first split and seed that have a pair; below each pair its ratio.

    neighbours: neighbours.tsv; sheets: the neighbours.png beside each. Raises UserError where one is missing.
    """
    beside = {path.parent: path for path in sheets}
    tables: dict[tuple[str, str], tuple[Path, list[NeighbourRow]]] = {}
    for path in neighbours:
        rows = read_rows(path, NeighbourRow)
        if not rows:
            continue
        if path.parent not in beside:
            raise UserError(f"no neighbours.png was given for {path}; give one for each table")
        tables.setdefault((rows[0].generator, rows[0].class_), (beside[path.parent], rows))
    if not tables:
        return theme.empty("No class had images enough to look for copies.")
    blocks = [
        Sheet(title(*key), read_sheet(sheet), len(LABELS), LABELS, [ratio(row) for row in rows])
        for key, (sheet, rows) in spread_out(tables).items()
    ]
    return lay_out(blocks)


def ratio(row: NeighbourRow) -> str:
    """Distance of the pair over that of the training image to its own nearest: small for a copy."""
    if row.distance == 0:
        return "0.00"
    return f"{row.distance / row.neighbour_distance:.2f}" if 0 < row.neighbour_distance < math.inf else "–"
