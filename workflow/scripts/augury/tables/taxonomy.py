"""The taxonomy of a study's classes: a table of ranks, from the highest to the lowest."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path

from augury.command.errors import UserError
from augury.tables.table import read_cells


@dataclasses.dataclass(frozen=True)
class Taxonomy:
    """Ranks from the highest to the lowest, and the taxon of each class at each rank ("" where it has none)."""

    ranks: tuple[str, ...]
    taxa: dict[str, tuple[str, ...]]  # by class, one entry a rank

    def lineage(self, class_: str) -> str:
        """Taxa from the highest to the lowest, as in `Copepoda > Calanoida`."""
        return " > ".join(taxon for taxon in self.taxa[class_] if taxon)

    def names(self, rank: str) -> list[str]:
        """Taxa of a rank, each once, in the order of the table."""
        place = self.ranks.index(rank)
        return list(dict.fromkeys(taxa[place] for taxa in self.taxa.values() if taxa[place]))

    def members(self, rank: str, taxon: str) -> list[str]:
        """Classes that belong to a taxon of a rank."""
        place = self.ranks.index(rank)
        return [class_ for class_, taxa in self.taxa.items() if taxa[place] == taxon]


def read_taxonomy(path: str | Path, classes: Iterable[str]) -> Taxonomy:
    """The taxonomy of `classes` from a TSV with the column `class` and one column a rank, highest first.

    Rows of other classes are passed over. Raises UserError when a class has no row or two, when there is no rank, or
    when a taxon stands below two different taxa.
    """
    header, lines = read_cells(path)
    if "class" not in header or len(header) < 2:
        raise UserError(f"{path} needs a column class and one a rank, highest first; it has {', '.join(header)}")
    place = header.index("class")
    ranks = tuple(name for name in header if name != "class")
    taxa: dict[str, tuple[str, ...]] = {}
    wanted = set(classes)
    for number, line in enumerate(lines, start=2):
        cells = [cell.strip() for cell in line] + [""] * (len(header) - len(line))
        if cells[place] in taxa:
            raise UserError(f"{path}, line {number}: class '{cells[place]}' stands there twice; keep one of its lines")
        if cells[place] in wanted:
            taxa[cells[place]] = tuple(cell for column, cell in enumerate(cells[: len(header)]) if column != place)
    missing = sorted(wanted - taxa.keys())
    if missing:
        raise UserError(f"{path} has no line of class {', '.join(missing)}; add one")
    _check_tree(path, ranks, taxa)
    return Taxonomy(ranks, taxa)


def _check_tree(path: str | Path, ranks: tuple[str, ...], taxa: dict[str, tuple[str, ...]]) -> None:
    above: dict[tuple[int, str], tuple[str, ...]] = {}
    for lineage in taxa.values():
        for place, taxon in enumerate(lineage):
            if taxon and above.setdefault((place, taxon), lineage[:place]) != lineage[:place]:
                first, second = (" > ".join(each) for each in (above[place, taxon], lineage[:place]))
                raise UserError(f"{path}: {ranks[place]} {taxon} stands below {first} and below {second}; mend one")
