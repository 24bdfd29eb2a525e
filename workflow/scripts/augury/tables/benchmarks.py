"""What a study's steps took, from Snakemake's benchmark files: results/{dataset}/benchmarks/RULE.tsv or RULE/....tsv.

Snakemake measures a step every half minute: of one that is over before, some values are not known (NA or -).
"""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from augury.tables.table import read_dicts

FOLDER = "benchmarks"


class Cost(NamedTuple):
    """What the steps of a rule took together; what is not known counts as nothing."""

    rule: str
    steps: int
    cpu_seconds: float
    seconds: float
    peak_mb: float  # resident memory of the largest step


def costs(results: Path) -> list[Cost]:
    """Of all rules of a study, by name."""
    rows: dict[str, list[dict[str, str]]] = {}
    for path in sorted((results / FOLDER).rglob("*.tsv")):
        rows.setdefault(path.relative_to(results / FOLDER).parts[0].removesuffix(".tsv"), []).extend(read_dicts(path))
    return [Cost(rule, len(rows[rule]), *_sums(rows[rule]), _peak(rows[rule])) for rule in sorted(rows)]


def seconds_of(results: Path, rule: str, most: int) -> list[float]:
    """Seconds of some of a rule's steps, at most so many."""
    folder = results / FOLDER
    paths = itertools.islice(filter(Path.is_file, [folder / f"{rule}.tsv", *(folder / rule).rglob("*.tsv")]), most)
    return list(_known([row for path in paths for row in read_dicts(path)], "s"))


def _sums(rows: list[dict[str, str]]) -> tuple[float, float]:
    return sum(_known(rows, "cpu_time")), sum(_known(rows, "s"))


def _peak(rows: list[dict[str, str]]) -> float:
    return max(_known(rows, "max_rss"), default=0.0)


def _known(rows: list[dict[str, str]], column: str) -> Iterator[float]:
    return (float(row[column]) for row in rows if row.get(column, "").replace(".", "", 1).isdigit())
