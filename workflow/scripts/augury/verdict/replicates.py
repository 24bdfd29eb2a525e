"""Differences between paired runs in every measure, and their bootstrap replicates over specimens."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from augury.metrics import balance, intervals
from augury.metrics.classification import Scores, score
from augury.metrics.proper_scores import PROPER, temperature_slopes
from augury.metrics.temperature import Fitted
from augury.metrics.temperature_prior import temperature_pulls
from augury.splits.identity import specimen_key
from augury.tables.grouping import grouped
from augury.tables.predictions import Predictions
from augury.tables.verdict import ALL
from augury.verdict.components import pooled
from augury.verdict.evidence import covariance
from augury.verdict.groups import Groups, read_groups
from augury.verdict.runs import Key, Pair

OVERALL = ("accuracy", "f1", "auroc")
FURTHER = (*PROPER, "worst_class_recall", "recall_gap")
BY_CLASS = ("recall", "f1", "auroc")  # the accuracy of one class is its recall


@dataclass(frozen=True, slots=True)
class Sides:
    """Of one pair of runs: M measures of either side, and B replicates of arm minus baseline."""

    key: Key
    baseline: np.ndarray  # (M,)
    arm: np.ndarray  # (M,)
    replicates: np.ndarray  # (B, M)

    @property
    def difference(self) -> np.ndarray:
        """(M,): arm minus baseline."""
        return self.arm - self.baseline


def measures(classes: Sequence[str]) -> list[tuple[str, str]]:
    """(class, measure) in the order of the columns M; the recall of a class is called its accuracy."""
    names = [(ALL, measure) for measure in (*OVERALL, *FURTHER)]
    return names + [(name, OVERALL[index]) for name in classes for index in range(len(BY_CLASS))]


class Bootstrap:
    """Scores of runs under the same drawn specimens; what a baseline scored is kept for the next arm.

    All runs of one classifier must be known when it is made: a drawn specimen weighs the same in every run in which it
    appears, so that what splits and seeds share is drawn alike. Without `ranked`, AUROC is nan.
    """

    def __init__(self, pairs: Sequence[Pair], replicates: int, seed: int, ranked: bool = True) -> None:
        units = intervals.units([(pair.baseline.labels, pair.baseline.specimen) for pair in pairs])
        drawn = intervals.bootstrap_weights(units.strata, replicates, seed)
        self._weights, self._indices = drawn, {pair.partner: at for pair, at in zip(pairs, units.indices, strict=True)}
        self._kept: dict[Key, tuple[np.ndarray, np.ndarray]] = {}
        self._random = {
            split: [seed, 1 + number] for number, split in enumerate(dict.fromkeys(pair.key.split for pair in pairs))
        }
        self.groups, self._ranked = read_groups(pairs), ranked

    def sides(self, pair: Pair) -> Sides:
        """The measures of one pair of runs."""
        if pair.partner not in self._kept:
            self._kept[pair.partner] = self._measured(pair, 0)
        value, spread = self._kept[pair.partner]
        arm_value, arm_spread = self._measured(pair, 1)
        return Sides(pair.key, value, arm_value, arm_spread - spread)

    def _measured(self, pair: Pair, side: int) -> tuple[np.ndarray, np.ndarray]:
        key, table, fitted = pair.partner, (pair.baseline, pair.arm)[side], pair.fitted[side]
        value, spread = (
            _columns(score(table.labels, table.probabilities, weights, fitted, self._ranked), self.groups, key.split)
            for weights in (None, self._weights[:, self._indices[key]])
        )
        if fitted.images and pair.validation:
            columns = slice(len(OVERALL), len(OVERALL) + len(PROPER))
            slopes = temperature_slopes(table.labels, table.probabilities, fitted)
            moved = _temperatures(pair.validation[side], fitted, len(spread), self._random[key.split])
            spread[:, columns] += moved[:, None] * slopes
        return value[0], spread


def _temperatures(table: Predictions, fitted: Fitted, replicates: int, seed: Sequence[int]) -> np.ndarray:
    # (B,): by how much ln T moves as validation specimens are drawn anew, alike in all runs of a split.
    drawn = intervals.units([(table.labels, table.specimen)])
    weights = intervals.bootstrap_weights(drawn.strata, replicates, seed)[:, drawn.indices[0]]
    return (weights - 1) @ temperature_pulls(table.probabilities, table.labels, fitted.temperature)


def over_splits(sides: Sequence[Sides], values: Sequence) -> np.ndarray:
    """The mean over splits of the means over seeds of a value, or an array, of each pair of runs; nan without any."""
    splits = [side.key.split for side in sides]
    means = [np.mean([value for value, at in zip(values, splits, strict=True) if at == split], axis=0)
             for split in dict.fromkeys(splits)]  # fmt: skip
    return np.mean(means, axis=0) if means else np.array(np.nan)


def specimen_interval(sides: Sequence[Sides], column: int, specimens: "Specimens") -> tuple[float, float]:
    """95% interval of the mean difference over specimens, trained classifiers held fixed; nan for a single specimen.

    From the bootstrap's variance, not from percentiles: in these the specimens of a split weigh against each other, of
    which some classes have one or two.
    """
    splits = grouped((side for side in sides if np.isfinite(side.difference[column])), lambda side: side.key.split)
    if not splits or specimens.total < 2:
        return np.nan, np.nan
    drawn = [np.mean([side.replicates[:, column] for side in each], axis=0) for each in splits.values()]
    values = [np.mean([side.difference[column] for side in each]) for each in splits.values()]
    spread = float(np.var(values, ddof=1)) if len(values) > 1 else np.nan
    variance = float(covariance(np.stack(drawn)).mean())
    whole, _ = pooled(variance, spread, len(values), specimens.per_split, specimens.total, specimens.strata)
    # Replicates that lack a class are passed over pair by pair, and may so leave less than nothing.
    middle, half = float(np.mean(values)), intervals.NORMAL * float(np.sqrt(max(whole, 0.0)))
    return middle - half, middle + half


def _columns(scores: Scores, groups: Groups, split: str) -> np.ndarray:
    overall = [scores.macro(name) for name in (*OVERALL, *PROPER)]
    overall.append(balance.mean_recall(scores.recall, groups.worst_class[split]))
    overall.append(balance.recall_gap(scores.recall, groups.frequent, groups.rare))
    by_class = np.stack([getattr(scores, name) for name in BY_CLASS], axis=2)  # (B, K, 3)
    return np.concatenate([np.stack(overall, axis=1), by_class.reshape(len(by_class), -1)], axis=1)


@dataclass(frozen=True, slots=True)
class Specimens:
    """Numbers of test specimens."""

    total: int
    per_split: float  # mean over splits
    strata: int  # within which they are drawn


def count(pairs: Sequence[Pair], looked_at: Mapping[str, np.ndarray] | None = None) -> list[Specimens]:
    """The specimens of one arm and classifier by class, and last of all, where one of several classes counts once.

    looked_at: by split, the classes (K,) bool that are counted, where it is not all.
    """
    splits: dict[str, set[tuple[int, str]]] = {}
    for pair in pairs:
        if pair.key.split not in splits:
            labels = pair.baseline.labels.tolist()
            splits[pair.key.split] = {
                (label, specimen_key(label, name))
                for label, name in zip(labels, pair.baseline.specimen.tolist(), strict=True)
                if looked_at is None or looked_at[pair.key.split][label]
            }
    classes = len(pairs[0].baseline.classes)
    shown: dict[str, int] = {}
    whole = {each for in_split in splits.values() for each in in_split}
    for label, key in sorted(whole):
        shown.setdefault(key, label)
    strata = len(np.unique(intervals.joined(np.array(list(shown.values())))))
    per_split = np.mean([_numbers(in_split, classes) for in_split in splits.values()], axis=0)
    columns = _numbers(whole, classes).tolist(), per_split.tolist(), [*[1] * classes, strata]
    return [Specimens(*numbers) for numbers in zip(*columns, strict=True)]


def _numbers(specimens: Iterable[tuple[int, str]], classes: int) -> np.ndarray:
    names = list(specimens)
    by_class = np.bincount(np.array([label for label, _ in names], dtype=np.int64), minlength=classes)
    return np.append(by_class, len({key for _, key in names}))


def gains(pair: Pair) -> dict[tuple[int, str], float]:
    """(class, identity of a specimen) to how many more of its images of that class the arm calls rightly.

    The baseline's are taken off. Identities are those of splits.identity.
    """
    labels = pair.baseline.labels
    gain = (pair.arm.predicted == labels).astype(float) - (pair.baseline.predicted == labels)
    sums: dict[tuple[int, str], float] = {}
    for label, name, each in zip(labels.tolist(), pair.baseline.specimen.tolist(), gain.tolist(), strict=True):
        key = label, specimen_key(label, name)
        sums[key] = sums.get(key, 0.0) + each
    return sums


def specimen_gains(pair: Pair) -> np.ndarray:
    """(S,) the same of each specimen, over all classes that it shows."""
    sums: dict[str, float] = {}
    for (_, key), gain in gains(pair).items():
        sums[key] = sums.get(key, 0.0) + gain
    return np.array(list(sums.values()))
