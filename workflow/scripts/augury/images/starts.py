"""Where the alignment of two thumbnails begins: the window of the one that the other, turned, fits best.

Correlations are products of cosine coefficients. A transposition swaps the two frequencies, and a flip changes the sign
of the odd ones along its axis: products of the four parities, summed with the signs of each flip, tell all eight turns.
"""

from collections.abc import Iterator

import numpy as np

from augury.images.alignment import TRANSFORMS, TRANSPOSED, inverse, turned_coefficients
from augury.images.descriptors import windows

BACK = np.array([inverse(number) for number in range(len(TRANSFORMS))])  # a window is turned back, not the other image
SIGNS = np.stack([turned_coefficients(np.ones((1, 2, 2), np.float32), flips).ravel() for flips in range(4)])


def low_frequencies(coefficient: np.ndarray) -> np.ndarray:
    """What `best_starts` must know of a whole image: (B, K, K) -> (B, 4, K * K / 4) float16, of unit length."""
    return np.moveaxis(_by_parity(_unit(coefficient)), -1, 0).astype(np.float16)


def best_starts(own: np.ndarray, low: np.ndarray, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For pairs (i, j) sorted by i: the window of image i that image j, turned, fits best.

    own: cosine coefficients of windows (B, 26, K, K), image i's at row i. low: `low_frequencies` of all images
    (N, 4, K * K / 4). pairs: (M, 2). Returns the window's place (M, 4), the transform (M,) and the correlation over
    those cosines (M,).
    """
    own, count = _unit(own), own.shape[1]
    transform, window = np.zeros(len(pairs), np.int64), np.zeros(len(pairs), np.int64)
    score = np.zeros(len(pairs), np.float32)
    for begin, end in _runs(pairs[:, 0]):
        upright = own[pairs[begin, 0]]
        both = _by_parity(np.concatenate([upright, turned_coefficients(upright, TRANSPOSED)]))  # (4, K * K / 4, 2 * 26)
        others = low[pairs[begin:end, 1]].astype(np.float32)
        products = (SIGNS @ (others.swapaxes(0, 1) @ both).reshape(4, -1)).reshape(4, end - begin, 2, count)
        fit = products[BACK & 3, :, BACK >> 2].swapaxes(0, 1).reshape(end - begin, -1)  # (m, 8 * 26)
        best = fit.argmax(1)
        transform[begin:end], window[begin:end] = np.divmod(best, count)
        score[begin:end] = fit[np.arange(end - begin), best]
    left, right, top, bottom = np.array(windows())[window].T
    return np.stack([right - left, left, bottom - top, top], axis=1), transform, score


def _runs(values: np.ndarray) -> Iterator[tuple[int, int]]:
    """Begin and end of each run of equal values."""
    edges = np.flatnonzero(np.diff(values)) + 1
    yield from zip([0, *edges], [*edges, len(values)], strict=True) if len(values) else ()


def _unit(coefficient: np.ndarray) -> np.ndarray:
    """(..., K, K) -> the same of unit length, its constant term zero."""
    coefficient = coefficient.copy()
    coefficient[..., 0, 0] = 0
    return coefficient / np.maximum(np.linalg.norm(coefficient, axis=(-2, -1), keepdims=True), 1e-6)


def _by_parity(coefficient: np.ndarray) -> np.ndarray:
    """(B, K, K) -> (4, K * K / 4, B): the even and the odd rows, of each the even and the odd columns."""
    count, half = len(coefficient), coefficient.shape[1] // 2
    return coefficient.reshape(count, half, 2, half, 2).transpose(2, 4, 1, 3, 0).reshape(4, half * half, count)
