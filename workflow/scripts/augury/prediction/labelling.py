"""Which of unlabelled images to label first: those between two classes, of which a classifier is least sure.

What that brings beside labels of random images, and what else was tried, is measured by benchmarks/label_first.py.
"""

import numpy as np


def margins(probabilities: np.ndarray) -> np.ndarray:
    """(N,): what the most probable class is ahead of the next; of probabilities (N, K), K at least 2."""
    ordered = np.sort(probabilities, axis=1)
    return ordered[:, -1] - ordered[:, -2]


def label_first(probabilities: np.ndarray, foreign: np.ndarray, number: int) -> list[int]:
    """Indices of so many images (fewer where there are fewer), the least margin of calibrated probabilities first.

    foreign: (N,) bool, images that are unlike all that was trained on. Of no class, they have small margins and would
    stand first; as many of them as of the others follow behind those, since one may be of a class that is missing.
    """
    order = np.argsort(margins(probabilities), kind="stable")
    return [int(index) for of in (~foreign, foreign) for index in order[of[order]][:number]]
