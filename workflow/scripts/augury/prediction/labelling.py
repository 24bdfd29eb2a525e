"""Which of unlabelled images to label first: those between two classes, of which a classifier is least sure.

What that brings beside labels of random images, and what else was tried, is measured by benchmarks/label_first.py.
"""

import numpy as np


def margins(probabilities: np.ndarray) -> np.ndarray:
    """(N,): what the most probable class is ahead of the next; of probabilities (N, K), K at least 2."""
    ordered = np.sort(probabilities, axis=1)
    return ordered[:, -1] - ordered[:, -2]


def label_first(probabilities: np.ndarray, number: int) -> list[int]:
    """Indices of so many images (fewer where there are fewer), the least margin of calibrated probabilities first."""
    return [int(index) for index in np.argsort(margins(probabilities), kind="stable")[:number]]
