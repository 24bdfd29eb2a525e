"""Results of several sets of images put together: a random-effects mean, and a rank correlation over sets."""

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from scipy import stats

SHARED = 4  # degrees of freedom that what other cells vary by is worth


@dataclasses.dataclass(frozen=True)
class Pooled:
    """A mean over sets, for another set of the same kind."""

    mean: float
    low: float  # 95% interval of the mean
    high: float
    between_sd: float  # standard deviation of the sets' true values
    sets: int


def pool(values: Sequence[float], standard_errors: Sequence[float]) -> Pooled:
    """Random-effects mean (DerSimonian and Laird 1986) with the interval of Hartung and Knapp (2001).

    One value gets the interval of its own standard error, by the normal distribution. Hartung and Knapp's factor is at
    least 1 here, so that sets which agree by chance get no shorter an interval than a common mean would.
    """
    effects, variances = np.asarray(values, float), np.asarray(standard_errors, float) ** 2
    count = len(effects)
    if count == 1:
        half = 1.96 * variances[0] ** 0.5
        return Pooled(effects[0], effects[0] - half, effects[0] + half, float("nan"), 1)
    weights = 1 / variances
    fixed = np.average(effects, weights=weights)
    spread = (weights * (effects - fixed) ** 2).sum() - (count - 1)
    between = max(0.0, spread / (weights.sum() - (weights**2).sum() / weights.sum()))
    weights = 1 / (variances + between)
    mean = np.average(effects, weights=weights)
    factor = max(1.0, (weights * (effects - mean) ** 2).sum() / (count - 1))
    half = stats.t.ppf(0.975, count - 1) * (factor / weights.sum()) ** 0.5
    return Pooled(float(mean), float(mean - half), float(mean + half), float(between**0.5), count)


def pooled(gains: Sequence[Mapping[str, str]]) -> dict[tuple[str, str, int], Pooled]:
    """(arm, classifier, size) -> the gain in points over sets.

    Three or five draws of a cell hardly tell how much its gain varies between draws, and those that agree by chance
    would outweigh all others: what is taken for it is drawn towards the mean of all cells of the arm and classifier
    (SHARED degrees of freedom), in units of s2 / n_train. No standard error is below one of the specimens that are
    tested: arms that answered alike need not do so next time.
    """
    groups, ratios = defaultdict(list), defaultdict(list)
    for row in gains:
        groups[row["arm"], row["classifier"], int(row["size"])].append(row)
        if (ratio := draws_ratio(row)) is not None:
            ratios[row["arm"], row["classifier"]].append((ratio, int(row["draws"]) - 1))
    common = {key: variance_ratio(*zip(*each, strict=True))[0] for key, each in ratios.items()}
    return {
        key: pool(
            [100 * float(row["difference"]) for row in rows],
            [100 * _standard_error(row, common.get(key[:2], 0.0)) for row in rows],
        )
        for key, rows in groups.items()
    }


def draws_ratio(row: Mapping[str, str]) -> float | None:
    """Variance of a cell's gain between draws, in s2 / n_train; None where no specimen told the arms apart."""
    unit = float(row["specimen_variance"]) / float(row["n_train"])
    return float(row["draws_sd"]) ** 2 / unit if unit else None


def _standard_error(row: Mapping[str, str], common: float) -> float:
    draws, seen = int(row["draws"]), float(row["draws_sd"]) ** 2
    unit = float(row["specimen_variance"]) / float(row["n_train"])
    between = ((draws - 1) * seen + SHARED * common * unit) / (draws - 1 + SHARED)
    specimens = max(float(row["standard_error"]) ** 2 - seen / draws, 0.0)
    return max((specimens + between / draws) ** 0.5, 1 / int(row["specimens"]))


def rank_correlation(
    one: Sequence[float], other: Sequence[float], groups: Sequence[str], draws: int = 2000, seed: int = 0
) -> tuple[float, float, float]:
    """Spearman's, with a 95% interval of the bootstrap over groups, whose pairs are kept together."""
    first, second, names = np.asarray(one, float), np.asarray(other, float), np.asarray(groups)
    members = [np.flatnonzero(names == name) for name in sorted(set(groups))]
    random = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        rows = np.concatenate([members[number] for number in random.integers(len(members), size=len(members))])
        if np.ptp(first[rows]) and np.ptp(second[rows]):
            found.append(_spearman(first[rows], second[rows]))
    low, high = np.quantile(found, (0.025, 0.975))
    return _spearman(first, second), float(low), float(high)


def _spearman(one: np.ndarray, other: np.ndarray) -> float:
    # As scipy's spearmanr, without its p value, which takes most of its time.
    ranks = [stats.rankdata(each) - (len(each) + 1) / 2 for each in (one, other)]
    return float(ranks[0] @ ranks[1] / np.sqrt((ranks[0] @ ranks[0]) * (ranks[1] @ ranks[1])))


def variance_ratio(values: Sequence[float], freedom: Sequence[int]) -> tuple[float, float, float]:
    """Mean of ratios of variances, weighted by their degrees of freedom, with a 95% chi-square interval."""
    total = sum(freedom)
    mean = float(np.average(values, weights=freedom))
    return mean, float(mean * total / stats.chi2.ppf(0.975, total)), float(mean * total / stats.chi2.ppf(0.025, total))
