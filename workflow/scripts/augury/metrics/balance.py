"""Whether all classes are served: the recall of the worst one, and the gap between frequent and rare ones.

The least of several recalls is below the least true one, as chance picks it: with few images by more than ten points.
So its interval is made of those of all classes, and arms are compared on a class that other images chose.
"""

import numpy as np
from scipy import special

from augury.metrics.intervals import LEVEL


def min_recall(recall: np.ndarray, specimens: np.ndarray) -> tuple[float, float, float]:
    """The least recall (K,) and a 95% interval of the least true one, `specimens` (K,) by class; nan without any.

    The low end is the least of all classes' low ends: below that of the worst class, wherever it is. The high end is
    the least of all high ends, each corrected for their number. Both are Clopper and Pearson's (1934, Biometrika
    26:404), which hold in the tails; a mean over specimens' shares, or over seeds, spreads no wider.
    """
    known = ~np.isnan(recall) & (specimens > 0)
    if not known.any():
        return (float("nan"),) * 3
    n, tail = specimens[known], (1 - LEVEL) / 2
    hits = recall[known] * n
    with np.errstate(invalid="ignore"):
        low = np.where(hits > 0, special.betaincinv(hits, n - hits + 1, tail), 0.0)
        high = np.where(hits < n, special.betaincinv(hits + 1, n - hits, 1 - tail / len(n)), 1.0)
    return float(recall[known].min()), float(low.min()), float(high.min())


def frequent_and_rare(specimens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(K,) bool each: classes with more specimens than the median class, and with fewer.

    Where one of them is empty, those at the median take its place. Both are empty where all classes are equal.
    """
    specimens = np.asarray(specimens)
    middle = np.median(specimens)
    frequent, rare = specimens > middle, specimens < middle
    if not frequent.any() and rare.any():
        frequent = ~rare
    elif not rare.any() and frequent.any():
        rare = ~frequent
    return frequent, rare


def recall_gap(recall: np.ndarray, frequent: np.ndarray, rare: np.ndarray) -> np.ndarray:
    """(B,): mean recall (B, K) of the frequent classes minus that of the rare; nan where either has none."""
    return mean_recall(recall, frequent) - mean_recall(recall, rare)


def worst_class(recall: np.ndarray) -> np.ndarray:
    """(K,) bool: the class of the least recall, or all of equal ones; none where no recall is known."""
    known = ~np.isnan(recall)
    return known & (recall <= recall[known].min(initial=np.inf) + 1e-12)


def mean_recall(recall: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """(B,): the mean recall (B, K) over the classes (K,) bool in which it is defined."""
    of_classes = recall[:, classes]
    known = ~np.isnan(of_classes)
    number = known.sum(axis=1)
    total = np.where(known, of_classes, 0.0).sum(axis=1)
    return np.divide(total, number, out=np.full(len(of_classes), np.nan), where=number > 0)
