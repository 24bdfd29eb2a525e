"""The same images at several truncations of the latent space: from all of the variety to the most typical image."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from augury.command.errors import UserError
from augury.figures.sheets import Sheet, lay_out, of_first_run, read_sheet, spread_out, title
from augury.tables.description import read_description


def draw(sheets: Sequence[Path], descriptions: Sequence[Path]) -> Figure:
    """truncations.png of the first split and seed, a block a generator and class, each row with its truncation.

    descriptions: the generator.json beside each sheet. Raises UserError where one is missing or names no truncations.
    """
    records = {path.parent: path for path in descriptions}
    blocks = []
    for (generator, class_), path in spread_out(of_first_run(sheets)).items():
        if path.parent not in records:
            raise UserError(f"no generator.json was given for {path}; give one for each sheet")
        values = read_description(records[path.parent]).get("truncations")
        if not values:
            raise UserError(f"{records[path.parent]} names no truncations; train that generator again")
        labels = [f"{value:g}" for value in values]
        blocks.append(Sheet(title(generator, class_), read_sheet(path), len(labels), labels))
    return lay_out(blocks)
