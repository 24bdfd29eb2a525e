"""From the predictions of runs to the rows of by_seed.tsv."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from augury.metrics.classification import METRICS, nan_mean, ranking, score
from augury.tables.by_seed import SeedRow
from augury.tables.classification import ALL
from augury.tables.predictions import Predictions, Run

PARTS = ("validation", "test")
HARD = ("auroc_hard", "ap_hard")


def summarise_seeds(runs: Sequence[tuple[Run, Predictions]], leaked: bool) -> list[SeedRow]:
    """Rows of the runs of one arm and classifier: per part one for all seeds, then one per seed, means over splits.

    Hard-label values rank answers, not scores: some publications print them.
    """
    rows = []
    for part in PARTS:
        of_part = [(run.seed, predictions.of(part)) for run, predictions in runs]
        values: dict[int, list[np.ndarray]] = {}
        for seed, predictions in of_part:
            if len(predictions.labels):
                values.setdefault(seed, []).append(_values(predictions))
        everything = [value for of_seed in values.values() for value in of_seed]
        groups = {ALL: everything} | {str(seed): of_seed for seed, of_seed in sorted(values.items())}
        rows += [_row(runs[0][0], part, leaked, seed, of_seed) for seed, of_seed in groups.items() if of_seed]
    return rows


def _values(predictions: Predictions) -> np.ndarray:
    values = score(predictions.labels, predictions.probabilities)
    answers = np.eye(len(predictions.classes))[predictions.predicted]
    hard = ranking(predictions.labels, answers)
    return np.array([values.macro(metric)[0] for metric in METRICS] + [nan_mean(each, axis=1)[0] for each in hard])


def _row(run: Run, part: str, leaked: bool, seed: str, values: list[np.ndarray]) -> SeedRow:
    means = [None if np.isnan(mean) else float(mean) for mean in nan_mean(np.stack(values), axis=0)]
    cells: dict[str, Any] = dict(zip((*METRICS, *HARD), means, strict=True))
    return SeedRow(
        arm=run.arm, classifier=run.classifier, part=part, leaked=leaked, seed=seed, n_runs=len(values), **cells
    )
