"""What a finished cell has measured, as rows of atlas/measured/*.tsv, in place of those that it had there.

python atlas/collect.py recipe hushem-20
"""

import dataclasses
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from statistics import fmean, stdev

import numpy as np
from cells import HERE, STUDIES, Cell

sys.path.insert(0, str(HERE.parent / "workflow" / "scripts"))

from augury.tables.benchmarks import costs
from augury.tables.predictions import Predictions, read_predictions, run_of
from augury.tables.table import read_dicts, read_rows, write_dicts
from augury.tables.verdict import ALL, VerdictRow

MEASURED = HERE / "measured"
SCORES = ("frechet_distance", "kid", "precision", "recall", "copied")


@dataclasses.dataclass(frozen=True)
class Gain:
    """gains.tsv: an arm beside the real images alone, over the draws of a cell. Accuracies are fractions."""

    set_: str
    size: int  # training specimens per class
    draws: int
    disjoint: bool  # whether the draws share no training specimen
    arm: str
    classifier: str
    specimens: int  # that test
    n_train: float  # training images of a draw
    baseline: float
    accuracy: float
    difference: float
    low: float  # the verdict's interval, at the level that goes with its correction
    high: float
    word: str
    standard_error: float  # of the difference: over specimens, and over draws with their training sets and seeds
    draws_sd: float  # standard deviation of the difference over draws
    specimen_variance: float  # s2: variance of one test specimen's paired difference


TABLES = ("gains", "draws", "scores", "cost")


def collect(cell: Cell, study: str) -> None:
    """Write what the results of one of the cell's studies hold into the tables."""
    results = cell.results(study)
    runs = _runs(results)
    gains = [dataclasses.asdict(gain) for gain in _gains(cell, results, runs)]
    made = {"gains": gains, "draws": _draws(runs), "scores": _scores(results), "cost": _cost(results)}
    for name, rows in made.items():
        _replace(name, cell, study, rows)


def trained(cell: Cell, study: str) -> tuple[set[str], set[str]]:
    """Arms and classifiers that the tables have of a study."""
    rows = [row for row in table("draws") if (row["cell"], row["study"]) == (cell.name, study)]
    return {row["arm"] for row in rows}, {row["classifier"] for row in rows}


def table(name: str) -> list[dict[str, str]]:
    """The rows of a table; none where nothing was measured."""
    path = MEASURED / f"{name}.tsv"
    return read_dicts(path) if path.exists() else []


def _replace(name: str, cell: Cell, study: str, rows: list[Mapping[str, object]]) -> None:
    named = {"cell": cell.name, "study": study}
    kept = [row for row in table(name) if not named.items() <= row.items()]
    made = [named | {key.rstrip("_"): _short(value) for key, value in row.items()} for row in rows]
    if kept or made:
        MEASURED.mkdir(exist_ok=True)
        everything = sorted([*kept, *made], key=lambda row: (row["cell"], STUDIES.index(row["study"])))
        write_dicts(MEASURED / f"{name}.tsv", list(everything[0]), everything)


def _short(value: object) -> object:
    return float(f"{value:.5g}") if isinstance(value, float) else value


def _runs(results: Path) -> dict[tuple[str, str], dict[str, Predictions]]:
    """(arm, classifier) -> split -> its test predictions, sorted by image."""
    runs: dict[tuple[str, str], dict[str, Predictions]] = defaultdict(dict)
    for path in sorted(results.glob("*/classifiers/*/*/seed0/predictions.tsv")):
        run = run_of(path)
        tested = read_predictions(path).of("test")
        runs[run.arm, run.classifier][run.split] = tested.rows(np.argsort(tested.sha256))
    return runs


def _gains(cell: Cell, results: Path, runs: Mapping[tuple[str, str], Mapping[str, Predictions]]) -> Iterator[Gain]:
    for row in read_rows(results / "tables" / "verdict.tsv", VerdictRow):
        if row.class_ != ALL or row.measure != "accuracy" or row.baseline != "real" or row.difference is None:
            continue
        arm, real = runs[row.arm, row.classifier], runs["real", row.classifier]
        pairs = [_right(arm[split]).astype(float) - _right(real[split]) for split in sorted(arm)]
        draws_sd = stdev(map(np.mean, pairs))
        half = (row.specimen_high - row.specimen_low) / 2 / 1.96
        yield Gain(
            set_=cell.set_,
            size=cell.size,
            draws=row.n_splits,
            disjoint=cell.disjoint,
            arm=row.arm,
            classifier=row.classifier,
            specimens=row.n_specimens,
            n_train=len(_classes(arm)) * cell.size,
            baseline=row.baseline_value,
            accuracy=row.arm_value,
            difference=row.difference,
            low=row.low,
            high=row.high,
            word=row.word,
            standard_error=float(np.hypot(half, draws_sd / len(pairs) ** 0.5)),
            draws_sd=draws_sd,
            specimen_variance=fmean(float(np.var(pair)) for pair in pairs),
        )


def _right(predictions: Predictions) -> np.ndarray:
    return predictions.predicted == predictions.labels


def _classes(arm: Mapping[str, Predictions]) -> tuple[str, ...]:
    return next(iter(arm.values())).classes


def _draws(runs: Mapping[tuple[str, str], Mapping[str, Predictions]]) -> list[Mapping[str, object]]:
    return [
        {"arm": arm, "classifier": classifier, "draw": split, "accuracy": float(_right(tested).mean())}
        for (arm, classifier), splits in sorted(runs.items())
        for split, tested in sorted(splits.items())
    ]


def _scores(results: Path) -> list[Mapping[str, object]]:
    """Means over draws and classes, weighted by real images, as a generator's images are scored class by class."""
    path = results / "tables" / "synthetic.tsv"
    if not path.exists():
        return []
    groups = defaultdict(list)
    for row in read_dicts(path):
        groups[row["generator"], row["selection"], row["extractor"]].append(row)
    return [
        {"generator": generator, "selection": selection, "extractor": extractor}
        | {score: _mean(rows, score) for score in SCORES}
        | {"device": ", ".join(sorted(_devices(results, generator)))}
        for (generator, selection, extractor), rows in sorted(groups.items())
    ]


def _devices(results: Path, generator: str) -> set[str]:
    """What its networks were trained on."""
    paths = results.glob(f"**/generators/{generator}/**/generator.json")
    return {json.loads(path.read_text(encoding="utf-8"))["device"] for path in paths}


def _mean(rows: Iterable[Mapping[str, str]], score: str) -> float | str:
    known = [(float(row[score]), int(row["n_real"])) for row in rows if row[score]]
    return sum(value * count for value, count in known) / sum(count for _, count in known) if known else ""


def _cost(results: Path) -> list[Mapping[str, object]]:
    """CPU seconds of each rule, by Snakemake's benchmark files, which miss part of steps under a minute."""
    return [{key: getattr(cost, key) for key in ("rule", "steps", "cpu_seconds")} for cost in costs(results)]


if __name__ == "__main__":
    for given in sys.argv[2:]:
        collect(Cell(HERE / "cells" / f"{Path(given).stem}.yaml"), sys.argv[1])
