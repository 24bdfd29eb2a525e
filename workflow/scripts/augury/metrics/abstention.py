"""How sure a classifier must be for its answers to be wrong no more often than is allowed.

Held-out images are taken from the surest down. Wherever one more wrong answer becomes affordable, it is tested whether
answers that are as sure or surer are wrong more often than allowed (Clopper and Pearson 1934, one-sided); the first
test that fails ends the row (fixed-sequence testing, as in Angelopoulos et al. 2021, arXiv:2110.01052). The chance that
the threshold allows more errors than stated is then 1 - `CERTAINTY` at most.
"""

import numpy as np
from scipy.special import betaincinv

CERTAINTY = 0.95
_SLACK = 1e-6  # of a probability: another machine's last digits make no classifier abstain


def stands(confidence: np.ndarray, least: float) -> np.ndarray:
    """Whether answers stand: (n,) bool of their confidence (n,), or one of one."""
    return confidence >= least - _SLACK


def least_confidence(confidence: np.ndarray, wrong: np.ndarray, weights: np.ndarray, error: float) -> float:
    """The confidence from which on answers may stand; infinite where the held-out images support none.

    confidence: (n,), wrong: (n,) bool, weights: (n,), of which one specimen's images sum to 1. error: 0 to 1.
    """
    order = np.argsort(-confidence, kind="stable")
    confidence, answered, mistaken = confidence[order], np.cumsum(weights[order]), np.cumsum((weights * wrong)[order])
    last = np.append(confidence[1:] != confidence[:-1], True)[: len(order)]  # the equally sure stand or fall together
    found, afforded = float("inf"), 0
    for row in np.flatnonzero(last):
        most = affordable(answered[row], error, afforded)
        if most < afforded:
            continue
        if mistaken[row] > most:
            break
        found, afforded = float(confidence[row]), most + 1
    return found


def affordable(answered: float, error: float, start: int = 0) -> int:
    """The most wrong answers among so many under which no higher rate than `error` is likely; start - 1 if fewer."""
    most = start - 1
    while most + 1 < answered and betaincinv(most + 2, answered - most - 1, CERTAINTY) <= error:
        most += 1
    return most


def fewest(error: float) -> int:
    """Held-out specimens, all called rightly, without which nothing can be promised."""
    return int(np.ceil(np.log(1 - CERTAINTY) / np.log(1 - error)))
