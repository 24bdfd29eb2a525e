"""Rows of differences.tsv: one pair of runs."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from augury.tables.differences import DifferenceRow
from augury.verdict import decision
from augury.verdict.replicates import FURTHER, OVERALL, Sides, specimen_gains
from augury.verdict.runs import Pair


def difference_row(names: Mapping[str, str], pair: Pair, side: Sides) -> DifferenceRow:
    """What one run of an arm has beyond its partner, with McNemar's test. names: arm, baseline and classifier."""
    gain = specimen_gains(pair)
    first, second = int((gain > 0).sum()), int((gain < 0).sum())
    cells: dict[str, Any] = {name: cell(side.difference[at]) for at, name in enumerate((*OVERALL, *FURTHER))}
    return DifferenceRow(
        names["arm"], names["baseline"], names["classifier"], split=pair.key.split, seed=pair.key.seed,
        leaked=pair.leaked, n_images=len(pair.arm.labels), n_specimens=len(gain), **cells,
        arm_only=first, baseline_only=second, mcnemar_p=decision.mcnemar(first, second),
        baseline_temperature=pair.fitted[0].temperature, arm_temperature=pair.fitted[1].temperature,
    )  # fmt: skip


def cell(value: float) -> float | None:
    """A number of a table; None where it is not known."""
    return float(value) if np.isfinite(value) else None
