"""Data checks before the trainings, for the head of the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from augury.report.values import count, grouped, percent, share
from augury.tables.inspection import WARNING, ShortcutRow, ViewsRow, WarningRow
from augury.tables.table import read_rows


@dataclass(frozen=True, slots=True)
class Noticed:
    """Warnings, hints, and the measures behind them as cells."""

    warnings: Sequence[WarningRow]
    hints: Sequence[WarningRow]
    views: Sequence[Sequence[str]]
    shortcuts: Sequence[Sequence[str]]

    @property
    def summary(self) -> str:
        """One sentence for the top of the page."""
        return f"{count(len(self.warnings), 'warning')} about the images: results may look better than they are"


VIEWS_HEADER = ("class", "likeness", "with a near one", "test to training", "near-duplicates", "images", "specimens")
SHORTCUTS_HEADER = ("property", "balanced accuracy", "chance", "most telling")


def read_noticed(paths: Sequence[Path]) -> Noticed | None:
    """What inspect_images wrote, by the names of its tables; None where there is none."""
    tables = {path.stem: path for path in paths}
    if not tables:
        return None
    warnings = read_rows(tables["warnings"], WarningRow) if "warnings" in tables else []
    views = read_rows(tables["views"], ViewsRow) if "views" in tables else []
    shortcuts = read_rows(tables["shortcuts"], ShortcutRow) if "shortcuts" in tables else []
    return Noticed(
        [row for row in warnings if row.level == WARNING],
        [row for row in warnings if row.level != WARNING],
        [_view(row) for row in views],
        [_shortcut(row) for row in shortcuts],
    )


def _view(row: ViewsRow) -> list[str]:
    likeness, tested = ("–" if value is None else f"{value:.2f}" for value in (row.likeness, row.likeness_test))
    near = "–" if row.likeness is None else f"{row.near:.0%}"
    counted = (f"{row.copies:.0%}", grouped(row.images), grouped(row.specimens))
    return [row.class_, likeness, near, tested, *counted]


def _shortcut(row: ShortcutRow) -> list[str]:
    telling = (
        f"{row.value}: {percent(row.share)} of {row.class_}, {percent(row.share_others)} of others" if row.value else ""
    )
    return [row.property, share(row.accuracy, row.accuracy_low, row.accuracy_high), f"{row.chance:.3f}", telling]
