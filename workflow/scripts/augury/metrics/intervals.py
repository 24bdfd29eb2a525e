"""How sure a number is: a bootstrap over specimens, the jackknife's variance, and intervals of means and proportions.

The bootstrap draws specimens, each with all of its images, within their true class; a specimen that shows several
classes is one, and such are drawn among themselves. It answers: what would the same trained models have scored on other
specimens of these classes? It does not train anew, so what chance in training, or another training set, would change is
not in its intervals; the spread over seeds and splits shows that.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from augury.splits.identity import specimen_key

LEVEL = 0.95
NORMAL = 1.959963984540054  # the normal quantile of 0.975
Number = float | np.ndarray  # () of an array


@dataclass(frozen=True, slots=True)
class Units:
    """The specimens of several runs, and where each run's images stand among them."""

    strata: np.ndarray  # (S,) int: true class of each specimen; of several classes, a number beyond the classes
    indices: list[np.ndarray]  # one per run, (N_r,) int: the specimen of each image


def units(runs: Sequence[tuple[np.ndarray, np.ndarray]]) -> Units:
    """Gather specimens from (labels (N_r,), specimen names (N_r,)) of each run.

    Which rows are one specimen, splits.identity says: marked names are the same in all classes, others within one.
    Specimens that show several classes are a stratum of their own, one for all classes that they connect; a lone one is
    drawn with those of its first class.
    """
    keys: list[list[str]] = []
    classes: dict[str, set[int]] = {}
    names: dict[str, str] = {}
    for labels, called in runs:
        classes_of, names_of = np.asarray(labels).tolist(), np.asarray(called).tolist()
        keys.append(list(map(specimen_key, classes_of, names_of)))
        for key, label, name in zip(keys[-1], classes_of, names_of, strict=True):
            classes.setdefault(key, set()).add(label)
            names[key] = name
    stratum = _strata(classes)
    ordered = sorted(stratum, key=lambda key: (stratum[key], names[key]))
    index_of = {key: number for number, key in enumerate(ordered)}
    strata = np.array([stratum[key] for key in ordered], dtype=np.int64)
    return Units(strata, [np.array([index_of[key] for key in run], dtype=np.int64) for run in keys])


def _strata(classes: dict[str, set[int]]) -> dict[str, int]:
    """The stratum of each specimen, from the classes that it shows."""
    connected: dict[int, int] = {}  # class -> the least class that specimens of several classes connect it with

    def least(label: int) -> int:
        while connected.setdefault(label, label) != label:
            label = connected[label]
        return label

    several = {key: sorted(labels) for key, labels in classes.items() if len(labels) > 1}
    for labels in several.values():
        for label in labels[1:]:
            one, other = sorted((least(labels[0]), least(label)))
            connected[other] = one
    together = Counter(least(labels[0]) for labels in several.values())
    beyond = 1 + max((label for labels in classes.values() for label in labels), default=0)
    return {
        key: beyond + least(several[key][0]) if key in several and together[least(several[key][0])] > 1 else min(labels)
        for key, labels in classes.items()
    }


def joined(strata: np.ndarray) -> np.ndarray:
    """(S,) strata in which none is of one specimen: such are drawn together, or where there is one, with the smallest.

    A specimen that is alone in its stratum would weigh the same in every replicate, as if another of its class were
    sure to be called alike. A single specimen in all stays alone.
    """
    strata = np.array(strata)
    names, members = np.unique(strata, return_counts=True)
    lone = names[members == 1]
    if len(lone) == 1 and len(names) > 1:
        others = np.flatnonzero(members > 1)
        lone = np.append(lone, names[others[np.argmin(members[others])]])
    if len(lone) > 1:
        strata[np.isin(strata, lone)] = lone[0]
    return strata


def bootstrap_weights(strata: np.ndarray, replicates: int, seed: int | Sequence[int] = 0) -> np.ndarray:
    """(B, S) weights of the specimens: how often each was drawn, scaled so that every stratum keeps its total.

    Of n specimens of a stratum n - 1 are drawn with replacement and weigh n / (n - 1), so that the variance of a mean
    is the unbiased one even when n is small (Rao and Wu 1988, JASA 83:231, with m = n - 1). See `joined`.
    """
    strata = joined(strata)
    random = np.random.default_rng(seed)
    weights = np.ones((replicates, len(strata)))
    for stratum in np.unique(strata):
        members = np.flatnonzero(strata == stratum)
        n = len(members)
        if n > 1:
            drawn = random.integers(n, size=(replicates, n - 1)) + n * np.arange(replicates)[:, None]
            counts = np.bincount(drawn.ravel(), minlength=replicates * n).reshape(replicates, n)
            weights[:, members] = counts * (n / (n - 1))
    return weights


def percentile(replicates: np.ndarray, level: float = LEVEL) -> tuple[np.ndarray, np.ndarray]:
    """Low and high end of the central `level` of replicates (B, ...), nan ones passed over; nan where all are nan."""
    replicates = np.asarray(replicates, dtype=np.float64)
    ends = [(1 - level) / 2, (1 + level) / 2]
    if not np.isnan(replicates).any():
        low, high = np.quantile(replicates, ends, axis=0)
        return low, high
    columns = replicates.reshape(len(replicates), -1).T
    known = [column[~np.isnan(column)] for column in columns]
    pairs = np.array([np.quantile(column, ends) if len(column) else (np.nan, np.nan) for column in known])
    return pairs[:, 0].reshape(replicates.shape[1:]), pairs[:, 1].reshape(replicates.shape[1:])


def wilson(successes: float, trials: float) -> tuple[float, float]:
    """95% interval of a proportion (Wilson 1927, JASA 22:209), good for none and for all too; nan for no trials.

    >>> [round(end, 3) for end in wilson(9, 10)]
    [0.596, 0.982]
    """
    if trials <= 0:
        return float("nan"), float("nan")
    share = successes / trials
    centre = (share + NORMAL**2 / (2 * trials)) / (1 + NORMAL**2 / trials)
    half = NORMAL / (1 + NORMAL**2 / trials) * np.sqrt(share * (1 - share) / trials + NORMAL**2 / (4 * trials**2))
    low = 0.0 if successes < 1e-9 else float(centre - half)
    high = 1.0 if trials - successes < 1e-9 else float(centre + half)
    return low, high


def cells(name: str, value: Number, low: Number, high: Number, specimens: int | None = None) -> dict[str, float | None]:
    """NAME, NAME_low and NAME_high of a table: a value with the interval of its replicates; nan is an empty cell.

    Replicates that are all alike (each class all right or all wrong) know no spread, which is not to have none: of a
    proportion of so many specimens the interval is Wilson's then, of anything else unknown.
    """
    mean, ends = float(value), (float(low), float(high))
    if np.isnan(mean):
        ends = np.nan, np.nan
    elif ends[1] - ends[0] < 1e-9:
        ends = wilson(mean * specimens, specimens) if specimens else (np.nan, np.nan)
    numbers = {name: mean, f"{name}_low": ends[0], f"{name}_high": ends[1]}
    return {key: None if np.isnan(number) else float(number) for key, number in numbers.items()}


def jackknife_variance(pulls: np.ndarray, groups: np.ndarray) -> float:
    """Variance of a statistic by the infinitesimal jackknife (Jaeckel 1972; Efron 1982, section 6.3).

    pulls: (n,) influences of rows, n times the statistic's derivative by a row's weight, of mean zero. groups: (n,)
    names of rows that belong together, and whose pulls add up. nan for a single group, which knows no spread.
    """
    sums = np.bincount(np.unique(groups, return_inverse=True)[1], weights=pulls)
    if len(sums) < 2:
        return float("nan")
    return float(len(sums) / (len(sums) - 1) * np.square(sums).sum() / len(pulls) ** 2)


def mean_interval(
    values: np.ndarray, groups: np.ndarray | None = None, greatest: float = np.inf
) -> tuple[float, float, float]:
    """The mean of values (n,) that are not negative, with its 95% interval, clipped to 0 .. `greatest`.

    groups: (n,) names of values that belong together (Cochran 1977, section 3.12); by default each its own. Where all
    groups have one mean no spread is seen: the interval is then Wilson's over groups for shares of 0 and 1, else nan.
    """
    values = np.asarray(values, dtype=np.float64)
    mean = float(values.mean())
    variance = jackknife_variance(values - mean, np.arange(len(values)) if groups is None else groups)
    if np.isnan(variance) or variance > 1e-18:
        half = NORMAL * np.sqrt(variance)
        return mean, float(np.maximum(mean - half, 0.0)), float(np.minimum(mean + half, greatest))
    if greatest == 1:
        count = len(values) if groups is None else len(np.unique(groups))
        return mean, *wilson(mean * count, count)
    return mean, float("nan"), float("nan")


def share_interval(values: np.ndarray, groups: np.ndarray) -> tuple[float, float, float]:
    """The share of ones among values (n,) of 0 and 1, with its 95% interval over groups; nan ends for a single group.

    Wilson's, of as many trials as values of which each is a group of its own would know as much (Kish 1965, section
    8.2), fewer by the square of the ratio of normal to Student's quantile over groups (Korn and Graubard 1998, Survey
    Methodology 24:193). Where all values are alike, each group is one trial. groups: (n,) names. How often it holds the
    truth is measured by benchmarks/share_coverage.py.
    """
    values = np.asarray(values, dtype=np.float64)
    share, count = float(values.mean()), len(np.unique(groups))
    if count < 2:
        return share, float("nan"), float("nan")
    variance, independent = jackknife_variance(values - share, groups), share * (1 - share) / len(values)
    trials = float(len(values)) if independent else float(count)
    if variance > independent > 0:
        trials *= independent / variance
    trials *= (NORMAL / special.stdtrit(count - 1, (1 + LEVEL) / 2)) ** 2
    return share, *wilson(share * trials, trials)
