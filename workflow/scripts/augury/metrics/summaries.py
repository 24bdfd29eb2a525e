"""From the predictions of runs to the rows of classification.tsv and per_class.tsv, with their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from augury.command.errors import UserError
from augury.metrics import balance, intervals
from augury.metrics.classification import ALL_METRICS, CLASS_METRICS, Scores, left_out, nan_mean, score
from augury.metrics.temperature import Fitted
from augury.metrics.temperature_prior import fit_with_prior
from augury.splits.identity import specimen_key
from augury.tables.classification import ALL, ClassificationRow
from augury.tables.per_class import PerClassRow
from augury.tables.predictions import Predictions, Run

PARTS = ("validation", "test")


def summarise(
    runs: Sequence[tuple[Run, Predictions]], leaked: bool, replicates: int, seed: int = 0
) -> tuple[list[ClassificationRow], list[PerClassRow]]:
    """Rows of the runs of one arm and classifier: one per run and part, then their mean, for each part that has images.

    In a run's rows its own specimens are drawn; in the mean's, those of all runs, and a drawn specimen weighs the same
    in every run in which it appears. Raises UserError where the runs do not know the same classes.
    """
    if len({predictions.classes for _, predictions in runs}) > 1:
        raise UserError(
            f"the runs of arm '{runs[0][0].arm}' know different classes; train them again, all on one dataset"
        )
    overall: list[ClassificationRow] = []
    by_class: list[PerClassRow] = []
    fitted = [fit_with_prior(each.probabilities, each.labels) for each in (table.of(PARTS[0]) for _, table in runs)]
    for part in PARTS:
        of_part = [(run, _Judged(table.of(part), fit)) for (run, table), fit in zip(runs, fitted, strict=True)]
        of_part = [(run, judged) for run, judged in of_part if len(judged.table.labels)]
        if not of_part:
            continue
        drawn = [_replicates([judged], replicates, seed) for _, judged in of_part]
        everything = [judged for _, judged in of_part]
        groups = balance.frequent_and_rare(_numbers(everything))
        for (run, judged), (value, spread) in zip(of_part, drawn, strict=True):
            names = {
                "split": run.split,
                "arm": run.arm,
                "classifier": run.classifier,
                "seed": str(run.seed),
                "part": part,
            }
            rows = _rows(names, [judged], value, spread, leaked, groups)
            overall, by_class = [*overall, rows[0]], by_class + rows[1]
        mean = (_mean([value for value, _ in drawn]), _joint_spread(everything, drawn, replicates, seed))
        names = {**names, "split": ALL, "seed": ALL}
        rows = _rows(names, everything, *mean, leaked, groups, [value for value, _ in drawn])
        overall, by_class = [*overall, rows[0]], by_class + rows[1]
    return overall, by_class


def classes_left_out(runs: Sequence[tuple[Run, Predictions]]) -> dict[tuple[str, str], list[str]]:
    """(split, part) to the classes without an image there, which its macro averages cannot hold."""
    by_run = {}
    for run, predictions in runs:
        for part in PARTS:
            labels = predictions.of(part).labels
            missing = left_out(labels, len(predictions.classes)) if len(labels) else []
            if missing:
                by_run[run.split, part] = [predictions.classes[k] for k in missing]
    return by_run


@dataclass(frozen=True, slots=True)
class _Judged:
    """The images of one part as one run saw them, and its temperature."""

    table: Predictions
    fitted: Fitted


def _replicates(runs: list[_Judged], replicates: int, seed: int) -> tuple[Scores, Scores]:
    # The value (one weighting by ones) and its bootstrap replicates, each a mean over the runs.
    units = intervals.units([(run.table.labels, run.table.specimen) for run in runs])
    weights = intervals.bootstrap_weights(units.strata, replicates, seed)
    values, spreads = [], []
    for run, indices in zip(runs, units.indices, strict=True):
        values.append(score(run.table.labels, run.table.probabilities, None, run.fitted))
        spreads.append(score(run.table.labels, run.table.probabilities, weights[:, indices], run.fitted))
    return _mean(values), _mean(spreads)


def _joint_spread(runs: list[_Judged], drawn: list[tuple[Scores, Scores]], replicates: int, seed: int) -> Scores:
    # Runs with the same specimens were already drawn alike: equal strata and an equal seed give equal weights.
    tables = [run.table for run in runs]
    specimens = {frozenset(zip(table.labels.tolist(), table.specimen.tolist(), strict=True)) for table in tables}
    return _mean([spread for _, spread in drawn]) if len(specimens) == 1 else _replicates(runs, replicates, seed)[1]


def _mean(scores: list[Scores]) -> Scores:
    return Scores(*(nan_mean(np.stack([getattr(each, name) for each in scores]), axis=0) for name in ALL_METRICS))


def _specimens(runs: Sequence[_Judged]) -> set[tuple[int, str]]:
    return {
        (int(label), specimen_key(label, name))
        for run in runs
        for label, name in zip(run.table.labels, run.table.specimen, strict=True)
    }


def _numbers(runs: Sequence[_Judged]) -> np.ndarray:
    # (K,) distinct specimens by class.
    return np.bincount([label for label, _ in _specimens(runs)], minlength=len(runs[0].table.classes))


def _rows(
    names: dict[str, str],
    runs: list[_Judged],
    value: Scores,
    spread: Scores,
    leaked: bool,
    groups: tuple[np.ndarray, np.ndarray],
    single: list[Scores] | None = None,
) -> tuple[ClassificationRow, list[PerClassRow]]:
    classes, single = runs[0].table.classes, single or []
    images = {
        (int(label), name) for run in runs for label, name in zip(run.table.labels, run.table.sha256, strict=True)
    }
    specimens, numbers = _specimens(runs), _numbers(runs)
    n_distinct = len({key for _, key in specimens})
    cells: dict[str, Any] = {"temperature": float(np.mean([run.fitted.temperature for run in runs]))}
    for metric in ALL_METRICS:
        low, high = intervals.percentile(spread.macro(metric))
        n = n_distinct if metric == "accuracy" else None
        cells |= intervals.cells(metric, value.macro(metric)[0], low, high, n)
        cells[f"{metric}_sd"] = _sd([each.macro(metric)[0] for each in single])
    cells |= intervals.cells("min_recall", *balance.min_recall(value.recall[0], numbers))
    cells["min_recall_sd"] = _sd([balance.min_recall(each.recall[0], numbers)[0] for each in single])
    low, high = intervals.percentile(balance.recall_gap(spread.recall, *groups))
    cells |= intervals.cells("recall_gap", balance.recall_gap(value.recall, *groups)[0], low, high)
    cells["recall_gap_sd"] = _sd([balance.recall_gap(each.recall, *groups)[0] for each in single])
    common: dict[str, Any] = {**names, "n_runs": len(runs), "leaked": leaked}
    overall = ClassificationRow(**common, n_images=len(images), n_specimens=n_distinct, **cells)
    by_class = []
    ends = {metric: intervals.percentile(getattr(spread, metric)) for metric in CLASS_METRICS}
    for k, class_ in enumerate(classes):
        n_images, n_specimens = sum(label == k for label, _ in images), int(numbers[k])
        cells = {}
        for metric in CLASS_METRICS:
            low, high = ends[metric]
            n = n_specimens if metric == "recall" else None
            cells |= intervals.cells(metric, getattr(value, metric)[0, k], low[k], high[k], n)
        by_class.append(PerClassRow(**common, class_=class_, support=n_images, n_specimens=n_specimens, **cells))
    return overall, by_class


def _sd(values: list[float]) -> float | None:
    known = [value for value in values if not np.isnan(value)]
    return float(np.std(known, ddof=1)) if len(known) > 1 else None
