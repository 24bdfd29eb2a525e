"""The Frechet distance between Gaussian fits of two sets of features, and what chance alone would give.

|m1 - m2|^2 + tr S1 + tr S2 - 2 tr (S1 S2)^(1/2) (Dowson and Landau 1982; Heusel et al. 2017, eq. 6), with covariances
that divide by n - 1. It is called FID for Inception-v3 features only; for others it is the FD of that extractor. With n
of the order of the features' dimension it is biased upwards, the more the smaller n: compare only values of equal n.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from augury.metrics.intervals import NORMAL, jackknife_variance
from augury.scores.distances import checked

CHUNK = 4096  # rows that are turned into double precision at a time
Pair = tuple[np.ndarray, np.ndarray]  # a value of each row, (n1,) and (n2,)
NONE: Pair = np.zeros(0), np.zeros(0)
_NEGLIGIBLE = 1e-7  # of the largest singular value: below it lies what rounding leaves of none


def frechet_distance(first: np.ndarray, second: np.ndarray) -> float:
    """The distance between features (n1, d) and (n2, d), in float64; at least two rows each, else ValueError.

    No complex root is taken. While neither n exceeds d nothing is squared either, so it is exact for singular
    covariances: with the centred rows X and Y, S1 S2 has the non-zero eigenvalues of M M^T for
    M = X Y^T / sqrt((n1 - 1)(n2 - 1)), and tr (S1 S2)^(1/2) is the sum of M's singular values. Else it is the sum of
    the roots of the eigenvalues of F S2 F^T, where F^T F = S1: the rows of the smaller set, or the symmetric root of
    its covariance. Memory is bounded by d x d, however many rows there are.

    >>> frechet_distance(np.array([[0.0], [2.0]]), np.array([[3.0], [5.0]]))
    9.0
    """
    return _solve(first, second, vectors=False).distance


def frechet_with_interval(
    first: np.ndarray, second: np.ndarray, groups: np.ndarray | None = None
) -> tuple[float, float, float]:
    """The distance and its 95% interval by the infinitesimal jackknife (Jaeckel 1972; Efron 1982, section 6.3).

    groups: (n1,) names of the rows of `first` that belong together (images of one specimen); by default each its own.
    The interval lies about the distance as computed: it shows its spread, not its bias. nan for a single group.
    """
    solved = _solve(first, second, vectors=True)
    names = (np.arange(len(first)) if groups is None else groups, np.arange(len(second)))
    variance = np.sum([jackknife_variance(values, own) for values, own in zip(solved.pulls, names, strict=True)])
    half = NORMAL * np.sqrt(variance)
    return solved.distance, float(np.maximum(solved.distance - half, 0.0)), float(solved.distance + half)


def frechet_pulls(first: np.ndarray, second: np.ndarray) -> Pair:
    """How much each row, (n1,) and (n2,), pulls on the distance: its derivative by the row's weight, mean zero."""
    return _solve(first, second, vectors=True).pulls


def half_distances(
    real: np.ndarray, synthetic: np.ndarray, groups: np.ndarray | None = None, halvings: int = 10, seed: int = 0
) -> tuple[int, float, float] | None:
    """Real against real and real against synthetic at one size: (n, distance of real halves, distance to synthetic).

    Real rows are halved at random, rows of a group (a specimen) together; both halves and a random draw of synthetic
    rows are cut to n, the size of the smallest. Both distances are means over `halvings`, each synthetic draw against
    the first half. None where n would fall below 2.
    """
    real, synthetic = _checked(real), _checked(synthetic)
    names, codes = np.unique(np.arange(len(real)) if groups is None else groups, return_inverse=True)
    random = np.random.default_rng(seed)
    halves = [_halved(codes, random.permutation(len(names))) for _ in range(halvings)]
    n = min(min(len(a), len(b)) for a, b in halves)
    n = min(n, len(synthetic))
    if n < 2:
        return None
    among, across = [], []
    for a, b in halves:
        a, b = random.permutation(a)[:n], random.permutation(b)[:n]
        among.append(frechet_distance(real[a], real[b]))
        across.append(frechet_distance(real[a], synthetic[random.permutation(len(synthetic))[:n]]))
    return n, float(np.mean(among)), float(np.mean(across))


def factor(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """F (k, d) with F^T F the covariance of rows (n, d), and for n > d the matrix (d, d) that takes a row to a root.

    While n does not exceed d, F is the centred rows over sqrt(n - 1); else the symmetric root of the covariance, with
    its (pseudo-)inverse beside it.
    """
    if len(rows) <= rows.shape[1]:
        centred = np.array(rows, dtype=np.float64)
        centred -= _mean(rows)
        centred /= np.sqrt(len(rows) - 1)
        return centred, None
    values, vectors = np.linalg.eigh(_covariance(rows, np.eye(rows.shape[1])))
    roots = np.sqrt(np.clip(values, 0, None))
    kept = roots > _NEGLIGIBLE * roots[-1]
    inverse = np.divide(1, roots, out=np.zeros_like(roots), where=kept)
    return (vectors * roots) @ vectors.T, (vectors * inverse) @ vectors.T


@dataclass(frozen=True, slots=True)
class _Solved:
    """The distance, and how much each row, (n1,) and (n2,), pulls on it: its derivative by the row's weight, mean zero.

    With M = U S V^T as in `frechet_distance` the sum of singular values has the derivative U V^T, so the trace term
    changes with the weight of row i of X by sum_k S_k U_ik^2 (n1 - 1), the centring aside. For one dimension it is
    2 (m1 - m2)(x - m1) + (1 - s2 / s1)((x - m1)^2 - s1^2).
    """

    distance: float
    pulls: Pair  # NONE where they were not asked for


def _solve(first: np.ndarray, second: np.ndarray, vectors: bool) -> _Solved:
    first, second = _checked(first), _checked(second)
    if first.shape[1] != second.shape[1]:
        raise ValueError(
            f"features of {first.shape[1]} and {second.shape[1]} dimensions; one extractor is needed for both"
        )
    means = _mean(first), _mean(second)
    shift = means[0] - means[1]
    squares = [_squares(rows, mean) for rows, mean in zip((first, second), means, strict=True)]
    swapped = len(first) > len(second)
    small, large = (second, first) if swapped else (first, second)
    if len(large) <= large.shape[1]:
        root, shares = _by_rows(small, large, vectors)
    else:
        root, shares = _by_covariance(small, large, vectors)
    traces = sum(square.sum() / (len(square) - 1) for square in squares)
    # Rounding may leave a hair below zero for equal sets; a distance has none.
    distance = max(0.0, float(shift @ shift + traces - 2 * root))
    if not vectors:
        return _Solved(distance, NONE)
    shares = (shares[1], shares[0]) if swapped else shares
    pulls = []
    for rows, mean, square, share, sign in zip((first, second), means, squares, shares, (2.0, -2.0), strict=True):
        along = np.concatenate([centred @ shift for _, centred in _chunks(rows, mean)])
        values = sign * along + square - share
        pulls.append(values - values.mean())
    return _Solved(distance, (pulls[0], pulls[1]))


def _by_rows(small: np.ndarray, large: np.ndarray, vectors: bool) -> tuple[float, Pair]:
    # tr (S1 S2)^(1/2) and each row's share in it, (n1,) and (n2,), from the singular values of rows times rows.
    matrix = factor(small)[0] @ factor(large)[0].T
    if not vectors:
        return np.linalg.svd(matrix, compute_uv=False).sum(), NONE
    left, strength, right = np.linalg.svd(matrix, full_matrices=False)
    shares = (len(small) - 1) * (left**2 @ strength), (len(large) - 1) * (right.T**2 @ strength)
    return strength.sum(), shares


def _by_covariance(small: np.ndarray, large: np.ndarray, vectors: bool) -> tuple[float, Pair]:
    # The same from the eigenvalues of F S F^T, for a large set whose rows would be too many for a matrix of all.
    base, inverse = factor(small)
    middle = _covariance(large, base)
    if not vectors:
        return np.sqrt(np.clip(np.linalg.eigvalsh(middle), 0, None)).sum(), NONE
    values, basis = np.linalg.eigh(middle)
    strength = np.sqrt(np.clip(values, 0, None))
    kept = strength > _NEGLIGIBLE * strength[-1]
    if inverse is None:
        of_small = (len(small) - 1) * (basis**2 @ strength)
    else:
        of_small = _squares(small, _mean(small), inverse @ (basis * np.sqrt(strength)))
    weights = np.divide(1, np.sqrt(strength), out=np.zeros_like(strength), where=kept)
    of_large = _squares(large, _mean(large), base.T @ (basis * weights))
    return strength.sum(), (of_small, of_large)


def _mean(rows: np.ndarray) -> np.ndarray:
    return rows.mean(axis=0, dtype=np.float64)


def _chunks(rows: np.ndarray, mean: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    for start in range(0, len(rows), CHUNK):
        yield start, rows[start : start + CHUNK] - mean


def _covariance(rows: np.ndarray, base: np.ndarray) -> np.ndarray:
    # F S F^T (k, k) for F (k, d); through S where k is so near d that a product with every row would cost more.
    size, mean = base.shape[1], _mean(rows)
    through = len(base) > 0.6 * size
    total = np.zeros((size, size) if through else (len(base), len(base)))
    for _, centred in _chunks(rows, mean):
        part = centred if through else centred @ base.T
        total += part.T @ part
    total /= len(rows) - 1
    total = base @ total @ base.T if through else total
    return (total + total.T) / 2


def _squares(rows: np.ndarray, mean: np.ndarray, onto: np.ndarray | None = None) -> np.ndarray:
    # (n,): the squared length of each centred row, or of its image under `onto` (d, k).
    squares = np.zeros(len(rows))
    for start, centred in _chunks(rows, mean):
        seen = centred if onto is None else centred @ onto
        squares[start : start + CHUNK] = np.einsum("nd,nd->n", seen, seen)
    return squares


def _checked(features: np.ndarray) -> np.ndarray:
    features = checked(features, "a covariance")
    return features if features.dtype in (np.float32, np.float64) else features.astype(np.float64)


def _halved(codes: np.ndarray, order: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    # Groups in random order fill the first half until it holds half of the rows.
    sizes = np.bincount(codes)[order]
    before = np.cumsum(sizes) - sizes
    chosen = np.zeros(len(order), dtype=bool)
    chosen[order] = before + sizes / 2 < len(codes) / 2
    return np.flatnonzero(chosen[codes]), np.flatnonzero(~chosen[codes])
