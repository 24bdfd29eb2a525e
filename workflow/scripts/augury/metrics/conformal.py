"""Thresholds that hold for images to come, from images that were held out (split conformal prediction).

Of n held-out images the one at rank ceil((n + 1) level) bounds a new image with a chance of `level` at least, whatever
the classifier, where both come from one source (Vovk et al. 2005; Angelopoulos and Bates 2023, arXiv:2107.07511,
section 1). Images of one specimen are no n: each counts as its share of its specimen.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import betaincinv

UNLUCKY = 0.1  # share of studies
_SLACK = 1e-9  # of a sum of shares
_SLACK_OF_PROBABILITY = 1e-6  # another machine's last digits leave no class out


def bound(scores: np.ndarray, weights: np.ndarray, level: float) -> float:
    """What a new image's score exceeds with a chance of 1 - level at most; infinite where too few are held out.

    scores, weights: (n,), the weights of one specimen's images summing to 1.
    """
    order = np.argsort(scores, kind="stable")
    counted = np.cumsum(weights[order])
    wanted = (1 + (counted[-1] if len(counted) else 0)) * level
    reached = np.flatnonzero(counted >= wanted - _SLACK)
    return float(scores[order[reached[0]]]) if len(reached) else float("inf")


def fewest(level: float) -> int:
    """Specimens that must be held out for a finite bound."""
    return int(np.ceil(level / (1 - level) - _SLACK))


def unlucky_coverage(count: float, level: float) -> float:
    """What the bound of so many specimens, at least `fewest`, holds in less than `UNLUCKY` of studies.

    `level` is a mean over studies; in one it follows a beta distribution (Vovk 2012, arXiv:1209.2673, section 2).
    """
    rank = np.ceil((count + 1) * level - _SLACK)
    return float(betaincinv(rank, count + 1 - rank, UNLUCKY))


def shares(specimens: Sequence[str] | np.ndarray) -> np.ndarray:
    """(n,): 1 over the number of images of each image's specimen."""
    _, codes, counts = np.unique(np.asarray(specimens, dtype=str), return_inverse=True, return_counts=True)
    return 1 / counts[codes]


def groups_of(counts: np.ndarray, coverage: float) -> list[np.ndarray]:
    """Classes that have a threshold of their own, one by one, and last those that share one.

    A class with fewer than `fewest` specimens held out shares, and so do the next smaller ones until there are as many
    (one group, as in Ding et al. 2023, arXiv:2306.09335). counts: (K,) specimens.
    """
    needed, order = fewest(coverage) - _SLACK, np.argsort(counts, kind="stable")
    shared = int((counts < needed).sum())
    while 0 < shared < len(order) and counts[order[:shared]].sum() < needed:
        shared += 1
    return [*np.sort(order[shared:])[:, None], *([np.sort(order[:shared])] if shared else [])]


def least_probabilities(
    true: np.ndarray, labels: np.ndarray, weights: np.ndarray, classes: int, coverage: float
) -> np.ndarray:
    """(K,): the probability from which on a class is in the set of an image; 0 puts it in every set.

    Least ambiguous sets (Sadinle, Lei and Wasserman 2019, doi:10.1080/01621459.2017.1395341): a set misses the true
    class with a chance of 1 - coverage at most, in each of the groups. true: (n,) probability of the true class.
    """
    least = np.zeros(classes)
    for group in groups_of(np.bincount(labels, weights, classes), coverage):
        which = np.isin(labels, group)
        least[group] = max(0.0, 1 - bound(1 - true[which], weights[which], coverage))
    return least


def prediction_sets(probabilities: np.ndarray, least: np.ndarray) -> np.ndarray:
    """(N, K) bool: the classes that an image may be of, the most probable one always; probabilities: (N, K)."""
    sets = probabilities >= least - _SLACK_OF_PROBABILITY
    sets[np.arange(len(sets)), probabilities.argmax(axis=1)] = True
    return sets
