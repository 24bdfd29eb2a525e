"""A verdict with its history: which looks these are, what their boundary leaves, and what is told beside them."""

import dataclasses
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from augury.tables.looks import LookRow
from augury.tables.verdict import ALL, DifferenceRow, VerdictRow
from augury.verdict.comparison import compare
from augury.verdict.decision import Rule
from augury.verdict.families import Primary
from augury.verdict.history import Plan, beside, read_history, restricted, see, written
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
    history = read_history(path)
    today = time.strftime("%Y-%m-%d", time.gmtime())
    looks = see(comparisons, history, plan, rule.alpha, today, known.deterministic)
    planned = restricted(comparisons, looks)
    rows, differences = compare(planned, rule, replicates, seed, primary, dataclasses.replace(known, looks=looks), done)
    if any(look.cells["unplanned_runs"] for look in looks.values()):
        everything, differences = compare(comparisons, rule, replicates, seed, primary, known)
        rows = beside(rows, everything)
    over_all = {row.measure for row in rows if row.class_ == ALL}
    measure = next((name for name in primary.measures if name in over_all), "accuracy")
    return rows, differences, written(history, looks, rows, measure)
