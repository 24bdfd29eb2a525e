"""Euclidean distances between rows of features, in blocks: memory stays bounded however many rows there are."""

from collections.abc import Iterator

import numpy as np

_BLOCK_BYTES = 64_000_000  # of squared distances that are held at a time


def squared_blocks(
    rows: np.ndarray, others: np.ndarray, origin: np.ndarray | None = None
) -> Iterator[tuple[slice, np.ndarray]]:
    """Places of some of `rows` (n, d) and their squared distances (b, m) to all of `others` (m, d), in float64.

    origin: (d,) a point amid all rows; given it, in float32, which is twice as fast and keeps six digits.
    """
    kind = np.float64 if origin is None else np.float32

    def moved(block: np.ndarray) -> np.ndarray:
        return np.asarray(block if origin is None else block - origin, dtype=kind)

    others = moved(others)
    norms = np.square(others).sum(axis=1)
    step = max(1, _BLOCK_BYTES // (8 * max(1, len(others))))
    for start in range(0, len(rows), step):
        block = moved(rows[start : start + step])
        squared = block @ others.T
        squared *= -2
        squared += np.square(block).sum(axis=1)[:, None]
        squared += norms
        # Rounding may leave a hair below zero for equal rows.
        yield slice(start, start + len(block)), np.maximum(squared, 0, out=squared)


def nearest(rows: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each of `rows` (n, d) the place (n,) of the nearest of `others` (m, d) and the distance to it (n,)."""
    places = np.zeros(len(rows), dtype=np.int64)
    for where, squared in squared_blocks(rows, others):
        places[where] = squared.argmin(axis=1)
    return places, _between(rows, others, places)


def nearest_kin(rows: np.ndarray, groups: np.ndarray | None = None) -> np.ndarray:
    """(n,): the distance of each row to the nearest row of another group; infinity for a lone group.

    groups: (n,) names of rows that belong together; by default each its own.
    """
    codes = np.unique(np.arange(len(rows)) if groups is None else groups, return_inverse=True)[1]
    if len(np.unique(codes)) < 2:
        return np.full(len(rows), np.inf)
    places = np.zeros(len(rows), dtype=np.int64)
    for where, squared in squared_blocks(rows, rows):
        squared[codes[where, None] == codes] = np.inf
        places[where] = squared.argmin(axis=1)
    return _between(rows, rows, places)


def squared_radii(rows: np.ndarray, k: int, origin: np.ndarray | None = None) -> np.ndarray:
    """(n,): the squared distance of each row to its k-th nearest other row; k is below n. origin: as above."""
    found = np.zeros(len(rows))
    for where, squared in squared_blocks(rows, rows, origin):
        squared[np.arange(len(squared)), np.arange(where.start, where.stop)] = np.inf
        found[where] = np.partition(squared, k - 1, axis=1)[:, k - 1]
    return found


def _between(rows: np.ndarray, others: np.ndarray, places: np.ndarray) -> np.ndarray:
    # From the difference itself: the expanded square loses half of the digits for rows that are nearly equal.
    found = np.zeros(len(rows))
    for start in range(0, len(rows), 4096):
        part = slice(start, start + 4096)
        gap = np.asarray(rows[part], dtype=np.float64) - np.asarray(others[places[part]], dtype=np.float64)
        found[part] = np.sqrt(np.square(gap).sum(axis=1))
    return found
