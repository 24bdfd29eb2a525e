"""Other test sets on the page: on what classifiers were tested there, the verdict in sentences, and the tables."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from augury.report import gains, tables
from augury.report.cells import View
from augury.report.values import count, listed
from augury.settings.reading import checked
from augury.splits.identity import specimen_key
from augury.study.statistics import Statistics
from augury.tables.rows import QuarantineRow, SplitRow
from augury.tables.table import read_rows
from augury.tables.verdict import VerdictRow

_SHOWN = ("verdict", "classification", "per_class", "differences")


class Site(NamedTuple):
    """One other test set."""

    name: str
    lines: Sequence[str]
    tables: Sequence[View]


def read_sets(paths: Sequence[Path], classes: Sequence[str], settings: Mapping[str, Any]) -> list[Site]:
    """From the tables of all sets, tests/NAME/TABLE.tsv and tests/NAME/tables/TABLE.tsv, in their order.

    settings: the config. Raises UserError for a table that cannot be read.
    """
    files: dict[str, dict[str, Path]] = {}
    for path in paths:
        folder = path.parent.parent if path.parent.name == "tables" else path.parent
        files.setdefault(folder.name, {})[path.stem] = path
    level = f"{1 - checked(settings.get('statistics'), Statistics).alpha:.0%}"
    return [
        Site(
            name,
            [*_images(of_set, classes), *_verdict(read_rows(of_set["verdict"], VerdictRow), level)],
            [tables.view(of_set[each]) for each in _SHOWN],
        )
        for name, of_set in files.items()
    ]


def _images(files: Mapping[str, Path], classes: Sequence[str]) -> list[str]:
    if "images" not in files:
        return ["The test part of each split under this corruption, every image at each of five strengths."]
    rows = read_rows(files["images"], SplitRow)
    left_out = read_rows(files["left_out"], QuarantineRow)
    specimens = len({specimen_key(row.class_, row.specimen) for row in rows})
    there = [name for name in classes if any(row.class_ == name for row in rows)]
    missing = [name for name in classes if name not in there]
    sentence = (
        f"{count(len(rows), 'image')} of {count(specimens, 'specimen')} in {count(len(there), 'class', 'classes')}, on "
        "which no training, choice of an epoch or threshold has looked."
    )
    sentence += f" It has no images of {listed(missing)}." if missing else ""
    if left_out:
        sentence += f" {count(len(left_out), 'image')} left out, for the reasons in left_out.tsv."
    return [sentence]


def _verdict(rows: Sequence[VerdictRow], level: str) -> list[str]:
    if not rows:
        return []
    primary = gains.primary(rows)
    seen = gains.resolved(rows) + gains.equivalent(primary)
    open_ = [gains.ruled_out(row, level) for row in gains.unresolved(primary)]
    return [*(seen or ["No arm is seen to help or to hurt there, in any measure over all classes."]), *open_]
