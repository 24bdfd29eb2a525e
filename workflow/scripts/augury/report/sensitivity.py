"""Whether words of the verdict hang on some images or on one split, as a table."""

from collections.abc import Sequence
from pathlib import Path

from augury.report import gains
from augury.report.broken import Claim
from augury.report.cells import Body, Cell, body, number, text
from augury.tables.sensitivity import SensitivityRow
from augury.tables.table import read_rows
from augury.tables.verdict import VerdictRow
from augury.verdict.hanging import comparison, what


def sensitivity(path: Path) -> Body:
    """One row per arm, classifier and thing left out."""
    rows = read_rows(path, SensitivityRow)
    cells = {
        "arm": lambda row: text(row.arm),
        "classifier": lambda row: text(row.classifier),
        "without": lambda row: text(f"{row.without}, {row.by}" if row.by else row.without),
        "words": lambda row: text(row.words + (" – opposite" if row.opposite else "")),
        "difference": lambda row: Cell(_range(row), row.least, True),
        "with all": lambda row: text(row.word),
        "difference with all": lambda row: number(row.difference, _points),
        "images left out": lambda row: number(row.left_out or None, _whole),
    }
    return body(cells, rows, keys=3)


def of_primary(rows: Sequence[SensitivityRow], judged: Sequence[VerdictRow]) -> list[SensitivityRow]:
    """The rows of the comparisons that the study is made for."""
    primary = {(row.arm, row.baseline, row.classifier) for row in gains.primary(judged)}
    return [row for row in rows if (row.arm, row.baseline, row.classifier) in primary]


def claims(rows: Sequence[SensitivityRow]) -> list[Claim]:
    """What makes the answer doubtful: words that turn into their opposites."""
    return [
        Claim(
            f"{comparison(row)}: its word turns into the opposite",
            f"{comparison(row)}: {row.word} becomes {row.words} {what(row)}",
            "table-sensitivity",
            "What it hangs on",
        )
        for row in rows if row.opposite
    ]  # fmt: skip


def _range(row: SensitivityRow) -> str:
    if row.cases > 1:
        return f"{_points(row.least)} to {_points(row.most)}"
    ends = "" if row.low is None else f" ({_points(row.low)} to {_points(row.high)})"
    return _points(row.least) + ends


def _points(value: float | None) -> str:
    return "–" if value is None else f"{value:+.3f}"


def _whole(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"
