"""The taxonomy of a study's classes: a table of ranks, from the highest to the lowest."""

import dataclasses
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from augury.command.errors import UserError
from augury.tables.brought import BroughtTable, every_column, read_brought
from augury.tables.separated import as_text, given


@dataclasses.dataclass(frozen=True)
class Taxonomy:
    """Ranks from the highest to the lowest, and the taxon of each class at each rank ("" where it has none)."""

    ranks: tuple[str, ...]
    taxa: dict[str, tuple[str, ...]]  # by class, one entry per rank

    def lineage(self, class_: str) -> str:
        """Taxa from the highest to the lowest, as in `Copepoda > Calanoida`."""
        return " > ".join(taxon for taxon in self.taxa[class_] if taxon)

    def names(self, rank: str) -> list[str]:
        """Taxa of a rank, each once, in the order of the table."""
        index = self.ranks.index(rank)
        return list(dict.fromkeys(taxa[index] for taxa in self.taxa.values() if taxa[index]))

    def members(self, rank: str, taxon: str) -> list[str]:
        """Classes that belong to a taxon of a rank."""
        index = self.ranks.index(rank)
        return [class_ for class_, taxa in self.taxa.items() if taxa[index] == taxon]


def read_taxonomy(path: str | Path, classes: Iterable[str]) -> Taxonomy:
    """The taxonomy of `classes` from a table with the column `class` and one column a rank, highest first.

    Rows of other classes are passed over. Raises UserError when a class has no row or two, when there is no rank, or
    when a taxon stands below two different taxa.
    """
    table = taxonomy_table(path)
    ranks = {name: key for name, key in zip(table.names, table.header, strict=True) if key not in ("class", "")}
    if not ranks:
        raise UserError(f"{table.where} needs a column class and one a rank, highest first; it has {table.names[0]}")
    wanted = set(classes)
    # Folders keep the Unicode form of the machine that made them; capitals count where classes differ by them alone.
    folded = Counter(as_text(name).casefold() for name in wanted)
    called = {as_text(name).casefold(): name for name in wanted if folded[as_text(name).casefold()] == 1}
    called |= {as_text(name): name for name in wanted}
    taxa: dict[str, tuple[str, ...]] = {}
    lines: dict[str, int] = {}
    for row in table.rows:
        class_ = called.get(row["class"]) or called.get(row["class"].casefold(), row["class"])
        if class_ in lines:
            raise table.mistake(row, f"class '{class_}' stands in line {lines[class_]} too; keep one of its lines")
        lines[class_] = row.line
        if class_ in wanted:
            taxa[class_] = tuple(given(row[key]) for key in ranks.values())
    missing = sorted(wanted - taxa.keys())
    if missing:
        row = table.rows[0]
        raise UserError(
            f"{table.where} has no line of class {', '.join(missing)}; add one (line {row.line} is of `{row['class']}`)"
        )
    _check_tree(table.where, tuple(ranks), taxa)
    return Taxonomy(tuple(ranks), taxa)


def taxonomy_table(path: str | Path) -> BroughtTable:
    """The table as it was read. Raises UserError where it is none."""
    return read_brought(path, ("class",), (), "taxonomy", every_column)


def _check_tree(where: str, ranks: tuple[str, ...], taxa: dict[str, tuple[str, ...]]) -> None:
    above: dict[tuple[int, str], tuple[str, ...]] = {}
    for lineage in taxa.values():
        for depth, taxon in enumerate(lineage):
            if taxon and above.setdefault((depth, taxon), lineage[:depth]) != lineage[:depth]:
                first, second = (" > ".join(each) for each in (above[depth, taxon], lineage[:depth]))
                raise UserError(f"{where}: {ranks[depth]} {taxon} stands below {first} and below {second}; mend one")
