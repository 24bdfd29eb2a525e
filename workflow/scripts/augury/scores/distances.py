"""Euclidean distances between rows of features, in blocks: memory stays bounded however many rows there are."""

from collections.abc import Iterator

import numpy as np

_BLOCK_BYTES = 64_000_000  # of squared distances that are held at a time
_SQUARE = 512  # rows whose distances among themselves are computed twice


def checked(features: np.ndarray, what: str) -> np.ndarray:
    """The features as an array. Raises ValueError unless they are two finite rows (n, d) or more, as `what` needs."""
    features = np.asarray(features)
    if features.ndim != 2 or len(features) < 2:
        raise ValueError(f"features of shape {features.shape}; at least two rows are needed for {what}")
    if not np.isfinite(features).all():
        raise ValueError("features hold nan or infinity; extract them again, in single precision")
    return features


def squared_blocks(
    rows: np.ndarray, others: np.ndarray, origin: np.ndarray | None = None
) -> Iterator[tuple[slice, np.ndarray]]:
    """Places of some of `rows` (n, d) and their squared distances (b, m) to all of `others` (m, d), in float64.

    origin: (d,) a point amid all rows; given it, in float32, which is twice as fast and keeps six digits.
    """
    others = _moved(others, origin)
    norms, step = _norms(others), _step(len(others))
    for start in range(0, len(rows), step):
        block = _moved(rows[start : start + step], origin)
        yield slice(start, start + len(block)), _squared(block, _norms(block), others, norms)


def nearest(rows: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each of `rows` (n, d) the place (n,) of the nearest of `others` (m, d) and the distance to it (n,)."""
    indices = np.zeros(len(rows), dtype=np.int64)
    for where, squared in squared_blocks(rows, others):
        indices[where] = squared.argmin(axis=1)
    return indices, _between(rows, others, indices)


def neighbour_distances(rows: np.ndarray, groups: np.ndarray | None = None) -> np.ndarray:
    """(n,): the distance of each row to the nearest row of another group; infinity for a lone group.

    groups: (n,) names of rows that belong together; by default each its own.
    """
    codes = np.unique(np.arange(len(rows)) if groups is None else groups, return_inverse=True)[1]
    if len(np.unique(codes)) < 2:
        return np.full(len(rows), np.inf)
    indices = np.zeros(len(rows), dtype=np.int64)
    for where, squared in squared_blocks(rows, rows):
        squared[codes[where, None] == codes] = np.inf
        indices[where] = squared.argmin(axis=1)
    return _between(rows, rows, indices)


def squared_radii(rows: np.ndarray, k: int, origin: np.ndarray | None = None) -> np.ndarray:
    """(n,): the squared distance of each row to its k-th nearest other row; k is below n. origin: as above."""
    moved, step = _moved(rows, origin), min(_SQUARE, _step(len(rows)))
    norms, least = _norms(moved), np.full((len(rows), k), np.inf)
    for start in range(0, len(rows), step):
        # Each pair is met once: what lies right of the block's own rows serves their rows too.
        own = slice(start, min(start + step, len(rows)))
        squared = _squared(moved[own], norms[own], moved[start:], norms[start:])
        np.fill_diagonal(squared, np.inf)
        least[own] = _least(least[own], squared)
        least[own.stop :] = _least(least[own.stop :], np.ascontiguousarray(squared[:, own.stop - start :].T))
    return least.max(axis=1)


def _least(least: np.ndarray, more: np.ndarray) -> np.ndarray:
    # The k least of each row of (n, k) and (n, m).
    k = least.shape[1]
    if more.shape[1] > k:
        more = np.partition(more, k - 1, axis=1)[:, :k]
    return np.partition(np.concatenate([least, more], axis=1), k - 1, axis=1)[:, :k]


def _moved(rows: np.ndarray, origin: np.ndarray | None) -> np.ndarray:
    return np.asarray(rows, np.float64) if origin is None else np.asarray(rows - origin, np.float32)


def _norms(rows: np.ndarray) -> np.ndarray:
    return np.square(rows).sum(axis=1)


def _step(others: int) -> int:
    return max(1, _BLOCK_BYTES // (8 * max(1, others)))


def _squared(rows: np.ndarray, norms: np.ndarray, others: np.ndarray, norms_of_others: np.ndarray) -> np.ndarray:
    squared = rows @ others.T
    squared *= -2
    squared += norms[:, None]
    squared += norms_of_others
    # Rounding may leave a hair below zero for equal rows.
    return np.maximum(squared, 0, out=squared)


def _between(rows: np.ndarray, others: np.ndarray, indices: np.ndarray) -> np.ndarray:
    # From the difference itself: the expanded square loses half of the digits for rows that are nearly equal.
    sums = np.zeros(len(rows))
    for start in range(0, len(rows), 4096):
        part = slice(start, start + 4096)
        gap = np.asarray(rows[part], dtype=np.float64) - np.asarray(others[indices[part]], dtype=np.float64)
        sums[part] = np.sqrt(np.square(gap).sum(axis=1))
    return sums
