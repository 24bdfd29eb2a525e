"""The Vendi score: how many different images a set amounts to (Friedman and Dieng 2022, arXiv:2210.02410, def. 3.1).

The exponential of the entropy of the eigenvalues of K / n, where K holds the cosines between rows of features: 1 for n
equal images, n for n that are orthogonal. It grows with n: compare only values of equal n.
"""

import numpy as np

from augury.metrics.intervals import NORMAL, jackknife_variance
from augury.scores.sample import Cells, Sample, measured

LIMIT = 10_000  # rows that are looked at
_NEGLIGIBLE = 1e-14  # eigenvalues, which sum to 1, that are rounding alone


def compute(sample: Sample) -> Cells:
    """The scores of as many training images as synthetic ones."""
    # Random rows and not the first: real images stand in the order of their specimens.
    count, random = min(sample.size, LIMIT), np.random.default_rng(sample.seed)
    pair = (sample.real.train, sample.synthetic)
    real, synthetic = (rows[np.sort(random.permutation(len(rows))[:count])] for rows in pair)
    return {"n_vendi": count, "vendi_real": vendi_score(real)} | measured("vendi", vendi_interval(synthetic))


def vendi_score(rows: np.ndarray) -> float:
    """The score of features (n, d), from the smaller of the n x n and d x d matrices, whose eigenvalues agree.

    >>> round(vendi_score(np.eye(3)), 6), round(vendi_score(np.ones((3, 3))), 6)
    (3.0, 1.0)
    """
    return float(np.exp(_entropy(rows)[0]))


def vendi_interval(rows: np.ndarray) -> tuple[float, float, float]:
    """The score of features (n, d) with its 95% interval by the infinitesimal jackknife of the entropy over rows.

    The interval shows the spread, not what a larger set would add. nan for a single row.
    """
    entropy, pulls = _entropy(rows)
    half = NORMAL * np.sqrt(jackknife_variance(pulls, np.arange(len(pulls))))
    return float(np.exp(entropy)), float(np.exp(entropy - half)), float(np.exp(entropy + half))


def _entropy(rows: np.ndarray) -> tuple[float, np.ndarray]:
    """The entropy H, and (n,) how much each row pulls on it: n times its derivative by the row's weight, of mean zero.

    With S = X^T X / n for rows x_i of length 1, H = -tr S log S has the derivative -x_i^T log(S) x_i - H.
    """
    rows = np.asarray(rows, dtype=np.float64)
    if rows.ndim != 2 or not len(rows) or not np.isfinite(rows).all():
        raise ValueError(f"features of shape {rows.shape}; finite ones of at least one image are needed")
    norms = np.linalg.norm(rows, axis=1)
    if not norms.all():
        raise ValueError("features of an image are all zero; they have no direction to compare")
    rows = rows / norms[:, None]
    count = len(rows)
    if count <= rows.shape[1]:
        values, vectors = np.linalg.eigh(rows @ rows.T / count)
        parts = vectors**2 * (np.clip(values, 0, None) * count)  # of each row's square along each axis of S
    else:
        values, vectors = np.linalg.eigh(rows.T @ rows / count)
        parts = np.square(rows @ vectors)
    kept = values > _NEGLIGIBLE
    logs = np.log(values, where=kept, out=np.zeros_like(values))
    entropy = float(-(values * logs).sum())
    return entropy, -(parts @ logs) - entropy
