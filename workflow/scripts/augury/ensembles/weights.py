"""How much each member of an ensemble counts.

Weights are those of a mixture: the probability that the ensemble gives to a class is the weighted mean of its members'.
They maximise the likelihood of the true classes of the validation images, as in the stacking of densities (Smyth and
Wolpert 1999, Machine Learning 36, 59-83), by expectation maximisation for mixing proportions (Dempster, Laird and Rubin
1977, section 4.3). The problem is concave, so that there is one best likelihood, and how far it still is is known.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

EQUAL, VALIDATION = "equal", "validation"
TOLERANCE = 1e-8  # of the mean log-likelihood: no weights are better than those found by more
MOST_ROUNDS = 100_000
_LEAST = 1e-12  # a class that all members rule out would make the likelihood nought whatever the weights


def equal_weights(classifiers: Sequence[str]) -> np.ndarray:
    """(M,) float64: every classifier alike, and alike its runs. classifiers: (M,) of which each member is a run.

    A classifier without randomness has one run where others have one per seed, and more in an arm whose images differ
    by seed; ensembles of two arms would not compare if it weighed by their number.
    """
    counts = Counter(classifiers)
    return np.array([1 / (len(counts) * counts[name]) for name in classifiers])


def likeliest_weights(of_truth: np.ndarray) -> np.ndarray:
    """Weights (M,) float64, not negative and summing to 1, with the largest mean log-likelihood.

    of_truth: (N, M), the probability that each member gives to the true class of each image; N at least 1. Members that
    are alike share alike: the rounds begin with equal weights.
    """
    given = np.maximum(np.asarray(of_truth, dtype=np.float64), _LEAST)
    weights = np.full(given.shape[1], 1 / given.shape[1])
    for _ in range(MOST_ROUNDS):
        # The gradient of the mean log-likelihood. By concavity no weights are better by more than its maximum less 1.
        gradient = (given / (given @ weights)[:, None]).mean(axis=0)
        if gradient.max() - 1 <= TOLERANCE:
            break
        weights = weights * gradient
        weights /= weights.sum()
    return weights


def mixture(probabilities: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The weighted mean (N, K) of the members' probabilities (M, N, K), whose rows sum to 1."""
    mixed = np.einsum("m,mnk->nk", weights, probabilities)
    return mixed / mixed.sum(axis=1, keepdims=True)
