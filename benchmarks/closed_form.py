"""Ridge regressions on features of frozen networks: what they say of specimens that they have not seen, at once."""

from typing import NamedTuple

import numpy as np
from scipy.special import log_softmax, softmax

RIDGES = np.geomspace(0.003, 30, 9)  # of the penalty; features of an image have a squared length of 1 in the mean
TEMPERATURES = 1 / np.geomspace(0.3, 60, 16)


class Part(NamedTuple):
    """rows: indices into the features. labels, specimens: (n,)."""

    rows: np.ndarray
    labels: np.ndarray
    specimens: np.ndarray


class Said(NamedTuple):
    """Probabilities of training images by models that have not seen them, and of test images."""

    inner: np.ndarray
    test: np.ndarray


def scaled(features: np.ndarray, train: Part, test: Part) -> tuple[np.ndarray, np.ndarray]:
    """(N, D), centred, of a squared length of 1 in the mean, of training and test images."""
    known, new = features[train.rows].astype(np.float64), features[test.rows].astype(np.float64)
    middle = known.mean(axis=0)
    length = np.sqrt(np.square(known - middle).sum(axis=1).mean())
    return (known - middle) / length, (new - middle) / length


def ridge(of: list[tuple[np.ndarray, np.ndarray]], train: Part) -> Said:
    """Regression on indicators of the classes, of networks side by side; without a specimen it is in closed form."""
    kernel, other = (sum(pair) / len(of) for pair in zip(*[(k @ k.T, n @ k.T) for k, n in of], strict=True))
    targets = np.eye(train.labels.max() + 1)[train.labels]
    mean = targets.mean(axis=0)
    lengths, turned = np.linalg.eigh(kernel)
    lengths = lengths.clip(0)
    groups = [np.flatnonzero(train.specimens == name) for name in np.unique(train.specimens)]
    best, likeliest = Said(np.zeros(0), np.zeros(0)), -np.inf
    for strength in RIDGES:
        hat = (turned * (lengths / (lengths + strength))) @ turned.T + 1 / len(kernel)
        residuals = targets - hat @ targets
        for group in groups:
            residuals[group] = np.linalg.solve(np.eye(len(group)) - hat[np.ix_(group, group)], residuals[group])
        for temperature in TEMPERATURES:
            inner = log_softmax((targets - residuals) / temperature, axis=1)
            likelihood = float(inner[np.arange(len(inner)), train.labels].sum())
            if likelihood > likeliest:
                weights = (turned / (lengths + strength)) @ (turned.T @ (targets - mean))
                best, likeliest = (
                    Said(np.exp(inner), softmax((other @ weights + mean) / temperature, axis=1)),
                    likelihood,
                )
    return best


def likeliest(candidates: list[Said], train: Part) -> Said:
    """That whose held-out images are likeliest."""
    rows = np.arange(len(train.labels))
    return max(candidates, key=lambda each: np.log(np.maximum(each.inner[rows, train.labels], 1e-12)).sum())
