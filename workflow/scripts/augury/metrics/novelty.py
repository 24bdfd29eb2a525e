"""How unlike the training images an image is: the distance to its nearest ones in a classifier's features.

Features, what the classifier's last layer sees, are scaled to unit length, and the score is the Euclidean distance to
the k-th nearest training image (Sun et al. 2022, "Out-of-distribution detection with deep nearest neighbors",
arXiv:2204.06507, section 3). The score is 0 for a training image and 2 at most.
"""

import numpy as np

from augury.scores.distances import squared_blocks

NEIGHBOURS = 1  # k


def unit_length(features: np.ndarray) -> np.ndarray:
    """Rows (n, d) as float32 of length 1; a row of zeros stays one."""
    features = np.asarray(features, dtype=np.float64)
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    return (features / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def scores(rows: np.ndarray, reference: np.ndarray, neighbours: int = NEIGHBOURS) -> np.ndarray:
    """(n,) distances of unit rows (n, d) to the k-th nearest of `reference` (m, d); k is cut to m."""
    return _kth(rows, reference, neighbours)


def own_scores(reference: np.ndarray, specimens: np.ndarray, neighbours: int = NEIGHBOURS) -> np.ndarray:
    """(m,): what each of `reference` (m, d) would score, were its specimen not among them; nan for a lone specimen.

    specimens: (m,) names; images of one specimen are no evidence of how far apart two specimens are.
    """
    codes = np.unique(specimens, return_inverse=True)[1]
    return _kth(reference, reference, neighbours, codes)


def threshold(known: np.ndarray, quantile: float) -> float:
    """The score that the share `quantile` of images known to be alike stay at or below; infinite without any.

    Of few images it is the greatest score. An image counts as out-of-distribution when it scores above.
    """
    known = np.asarray(known, dtype=np.float64)
    known = known[~np.isnan(known)]
    return float(np.quantile(known, quantile, method="higher")) if len(known) else float("inf")


def _kth(rows: np.ndarray, reference: np.ndarray, neighbours: int, codes: np.ndarray | None = None) -> np.ndarray:
    distances = np.full(len(rows), np.nan)
    k = min(neighbours, len(reference))
    if not k:
        return distances
    for where, squared in squared_blocks(rows, reference):
        if codes is not None:
            squared[codes[where, None] == codes] = np.inf
        distances[where] = np.sqrt(np.partition(squared, k - 1, axis=1)[:, k - 1])
    return np.where(np.isfinite(distances), distances, np.nan)
