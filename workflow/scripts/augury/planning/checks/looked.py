"""Whether a study that grows has been judged for the last time already: reported before anything more is trained."""

from pathlib import Path

from augury.command.errors import UserError
from augury.planning.study import Study
from augury.tables.looks import LookRow
from augury.tables.table import read_rows


def look_remarks(study: Study) -> list[str]:
    """A sentence where splits are to be added to comparisons all of whose planned looks are over."""
    path = Path("results", study.dataset, "tables", "looks.tsv")
    try:
        rows = read_rows(path, LookRow) if path.exists() else []
    except UserError:
        return []  # the judge says so
    last: dict[tuple[str, str, str], LookRow] = {}
    for row in rows:
        if row.planned and row.arm in study.compared:
            last[row.arm, row.baseline, row.classifier] = row
    over = [row for row in last.values() if row.fraction >= 1 and row.n_splits < len(study.splits)]
    if not over:
        return []
    splits = max(row.n_splits for row in over)
    return [
        f"the last look that was planned has been at {splits} split{'s' * (splits > 1)} ({path}): that verdict stands, "
        f"and what all {len(study.splits)} show is reported beside it without changing a word; looks are planned "
        "before the first of them, by `statistics.looks`"
    ]
