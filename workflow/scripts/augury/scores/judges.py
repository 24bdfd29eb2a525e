"""Which network may judge which images: never one that a generator's discriminator looked through, which is circular.

Standard library only: plans, tables and figures read it.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from augury.tables.generator_pairs import PairRow
from augury.tables.generators import GeneratorRow
from augury.tables.synthetic import ScoreRow

Row = TypeVar("Row", ScoreRow, GeneratorRow)


def is_circular(extractor: str, looked_through: Iterable[str]) -> bool:
    """Whether a network, as asked for or as tables record it, is one of those that a discriminator looked through."""
    return extractor.partition(" (")[0].partition(".")[0] in looked_through


def judges(extractors: Iterable[str], looked_through: Iterable[str]) -> list[str]:
    """The networks that may judge."""
    looked_through = tuple(looked_through)
    return [name for name in extractors if not is_circular(name, looked_through)]


def extractors_of(rows: Iterable[ScoreRow | GeneratorRow | PairRow]) -> list[str]:
    """The networks of rows, in their order."""
    return list(dict.fromkeys(row.extractor for row in rows))


def fair(rows: Sequence[Row]) -> list[str]:
    """The networks that none of the rows' generators was trained through: in these they may be compared."""
    circular = {row.extractor for row in rows if row.circular}
    return [name for name in extractors_of(rows) if name not in circular]


def shown(rows: Sequence[Row]) -> list[Row]:
    """The rows of one network, for what shows a single one: the first that may judge all, or else the first."""
    names = fair(rows) or extractors_of(rows)
    return [row for row in rows if row.extractor == names[0]] if names else []


def by_own(rows: Sequence[Row]) -> list[Row]:
    """For each generator the rows of the first network that may judge it; these are not to be compared."""
    kept = []
    for generator in dict.fromkeys(row.generator for row in rows):
        kept += shown([row for row in rows if row.generator == generator])
    return kept
