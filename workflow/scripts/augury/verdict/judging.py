"""A verdict with its history: which looks these are, what their boundary leaves, and what is reported beside them."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from augury.tables.differences import DifferenceRow
from augury.tables.looks import LookRow
from augury.tables.verdict import ALL, VerdictRow
from augury.verdict.comparison import compare
from augury.verdict.decision import Rule
from augury.verdict.families import Primary
from augury.verdict.history import History, Plan, beside, read_history
from augury.verdict.known import Known
from augury.verdict.runs import Side


def judge(
    comparisons: Sequence[tuple[Side, Side]],
    rule: Rule,
    replicates: int,
    seed: int,
    primary: Primary,
    known: Known,
    plan: Plan,
    path: Path | None = None,
    done: Callable[[], object] = lambda: None,
) -> tuple[list[VerdictRow], list[DifferenceRow], list[LookRow]]:
    """Rows of verdict.tsv, differences.tsv and looks.tsv, of which `path` holds what was looked at before.

    Rows are of the runs whose looks were planned; where there are others, what all of them say stands beside.
    """
    history = History(read_history(path), plan, rule.alpha, time.strftime("%Y-%m-%d", time.gmtime()))
    rows, differences = compare(comparisons, rule, replicates, seed, primary, known, history.look, done)
    if any(row.unplanned_runs for row in rows):
        everything, differences = compare(comparisons, rule, replicates, seed, primary, known)
        rows = beside(rows, everything)
    over_all = {row.measure for row in rows if row.class_ == ALL}
    measure = next((name for name in primary.measures if name in over_all), "accuracy")
    return rows, differences, history.written(rows, measure)
