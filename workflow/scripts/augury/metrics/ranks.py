"""A classifier at every rank of a taxonomy: probabilities are summed over a taxon's classes; how far off errors are.

A class without a taxon at a rank stands there for itself, as a candidate that can be called; images of such a class are
not judged at that rank, where their truth is unknown. Below the lowest rank stands `class`, the classes themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from augury.metrics import intervals
from augury.metrics.classification import nan_mean, ratio
from augury.splits.identity import specimen_key
from augury.tables.predictions import Predictions, Run
from augury.tables.ranks import RankRow
from augury.tables.taxonomy import Taxonomy

CLASS = "class"
PARTS = ("validation", "test")


@dataclass(frozen=True, slots=True)
class Level:
    """A rank, for K classes and T candidates."""

    rank: str
    names: tuple[str, ...]  # (T,)
    codes: np.ndarray  # (K,) the candidate of each class
    known: np.ndarray  # (K,) bool: whether the class has a taxon here
    climbs: np.ndarray  # (T, T) ranks to climb until two candidates are one; where they never are, past the highest

    def sums(self, probabilities: np.ndarray) -> np.ndarray:
        """Class probabilities (N, K) -> those of the candidates (N, T)."""
        return probabilities @ (self.codes[:, None] == np.arange(len(self.names)))


def levels(taxonomy: Taxonomy, classes: Sequence[str]) -> list[Level]:
    """The ranks from the highest to the lowest, then the classes."""
    lineages = [(*taxonomy.taxa[class_], class_) for class_ in classes]
    made = []
    for index, rank in enumerate((*taxonomy.ranks, CLASS)):
        # A class that stands for itself is no taxon of the same name.
        keys = [(bool(line[index]), line[index] or line[-1]) for line in lineages]
        candidates = list(dict.fromkeys(keys))
        members = [lineages[keys.index(key)] for key in candidates]
        climbs = np.array([[_climb(one, other, index) for other in members] for one in members])
        np.fill_diagonal(climbs, 0)
        codes = np.array([candidates.index(key) for key in keys])
        known = np.array([named for named, _ in keys])
        made.append(Level(rank, tuple(name for _, name in candidates), codes, known, climbs))
    return made


def summarise_ranks(
    runs: Sequence[tuple[Run, Predictions]],
    taxonomy: Taxonomy,
    leaked: bool,
    replicates: int,
    seed: int = 0,
) -> list[RankRow]:
    """Rows of the mean over the runs of one arm and classifier, one row per rank, for each part that has images.

    Specimens are drawn within their class, and a drawn one weighs the same in every run in which it appears.
    """
    rows = []
    for part in PARTS:
        of_part = [(run, predictions.of(part)) for run, predictions in runs]
        of_part = [(run, predictions) for run, predictions in of_part if len(predictions.labels)]
        if not of_part:
            continue
        units = intervals.units([(predictions.labels, predictions.specimen) for _, predictions in of_part])
        drawn = intervals.bootstrap_weights(units.strata, replicates, seed)
        weights = [np.concatenate([np.ones((1, len(indices))), drawn[:, indices]]) for indices in units.indices]
        names = {"arm": of_part[0][0].arm, "classifier": of_part[0][0].classifier, "part": part, "leaked": leaked}
        tables = [predictions for _, predictions in of_part]
        rows += [_row(level, tables, weights, names) for level in levels(taxonomy, tables[0].classes)]
    return rows


def _row(level: Level, runs: list[Predictions], weights: list[np.ndarray], names: dict) -> RankRow:
    right, far, errors, images, specimens = [], [], 0, set(), set()
    for run, weight in zip(runs, weights, strict=True):
        judged = level.known[run.labels]
        labels, weight = run.labels[judged], weight[:, judged]
        predicted = level.sums(run.probabilities[judged]).argmax(axis=1)
        climbs = level.climbs[level.codes[labels], predicted]
        right.append(ratio(weight @ (climbs == 0), weight.sum(axis=1)))
        far.append(ratio(weight @ climbs, weight @ (climbs > 0)))
        errors += int((climbs > 0).sum())
        images |= set(zip(labels.tolist(), run.sha256[judged].tolist(), strict=True))
        specimens |= set(map(specimen_key, labels.tolist(), run.specimen[judged].tolist()))
    n = len(specimens)
    # Means over the runs in which there is a value: a run without an error has no distance of errors.
    cells: dict[str, Any] = {}
    for name, values, number in (("accuracy", right, n), ("distance", far, None)):
        means = nan_mean(np.stack(values), axis=0)
        cells |= intervals.cells(name, means[0], *intervals.percentile(means[1:]), number)
    return RankRow(
        **names, rank=level.rank, n_taxa=len(level.names), n_runs=len(runs), n_images=len(images), n_specimens=n,
        n_errors=errors, **cells,
    )  # fmt: skip


def _climb(one: tuple[str, ...], other: tuple[str, ...], index: int) -> int:
    # Bertinetto et al. 2020 (arXiv:1912.09393, section 3): the height of the lowest common ancestor.
    shared = [step for step in range(index + 1) if one[index - step] and one[index - step] == other[index - step]]
    return shared[0] if shared else index + 1
