"""What was chosen, side by side with what chance, or the first generation of a search, gives."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from augury.figures.sheets import Sheet, lay_out, read_sheet, spread_out, title
from augury.tables.description import read_description
from augury.tables.selections import pool_run_of

COLUMNS = 10  # images of a row of a sheet


def draw(sheets: Sequence[Path], descriptions: Sequence[Path]) -> Figure:
    """compared.png of the first split and seed: a block for each generator, selection and class."""
    records = {pool_run_of(path): read_description(path) for path in descriptions}
    first_runs: dict[tuple[str, str], tuple[Path, dict]] = {}
    for path in sheets:
        run = pool_run_of(path)
        first_runs.setdefault((f"{run.pool}, {run.selection}", run.class_), (path, records[run]))
    chosen = spread_out(first_runs)
    return lay_out([_sheet(key, *each) for key, each in chosen.items()])


def _sheet(key: tuple[str, str], path: Path, record: dict) -> Sheet:
    above, below = record["compared"]
    rows = -(-min(record["count"], 4 * COLUMNS) // COLUMNS)
    blank = [""] * (rows - 1)
    return Sheet(title(*key), read_sheet(path), 2 * rows, labels=[above, *blank, below, *blank])
