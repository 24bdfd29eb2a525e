"""Where the alignment of two thumbnails begins: the window of the one that the other, turned, fits best.

Correlations are products of cosine coefficients. A transposition swaps the two frequencies, and a flip changes the sign
of the odd ones along its axis: products of the four parities, summed with the signs of each flip, tell all eight turns.
"""

from collections.abc import Iterator

import numpy as np

from augury.duplicates.descriptors import COARSE, windows
from augury.duplicates.transforms import TRANSFORMS, TRANSPOSED, inverse, turned_coefficients, turns

BACK = np.array([inverse(number) for number in range(len(TRANSFORMS))])  # a window is turned back, not the other image
MOST_MOVED = 4  # pixels of COARSE
SHIFTS = np.stack(np.meshgrid(*[np.arange(-MOST_MOVED, MOST_MOVED + 1)] * 2), axis=-1).reshape(-1, 2)  # x, y
ROWS = SHIFTS[:, 1, None, None] + MOST_MOVED + np.arange(COARSE)[:, None]
COLUMNS = SHIFTS[:, 0, None, None] + MOST_MOVED + np.arange(COARSE)
SHOWN = np.pad(np.ones((COARSE, COARSE), np.float32), MOST_MOVED)[ROWS, COLUMNS].reshape(len(SHIFTS), -1)
WAVES = np.cos(np.pi * np.arange(COARSE)[:, None] * (np.arange(COARSE) + 0.5) / COARSE).astype(np.float32)
SIGNS = np.stack([turned_coefficients(np.ones((1, 2, 2), np.float32), flips).ravel() for flips in range(4)])


def low_frequencies(coefficient: np.ndarray) -> np.ndarray:
    """What `best_starts` must know of a whole image: (B, K, K) -> (B, 4, K * K / 4) float16, of unit length."""
    return np.moveaxis(_by_parity(_unit(coefficient)), -1, 0).astype(np.float16)


def best_starts(own: np.ndarray, low: np.ndarray, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For pairs (i, j) sorted by i: the window of image i that image j, turned, fits best.

    own: cosine coefficients of windows (B, 26, K, K), image i's at row i. low: `low_frequencies` of all images
    (N, 4, K * K / 4). pairs: (M, 2). Returns the affine map of image j to image i (M, 2, 3), as
    `duplicates.alignment` has them, and the correlation over those cosines (M,).
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
    scale = np.stack([right - left, bottom - top], axis=1)[:, :, None]
    shift = np.stack([left + right, top + bottom], axis=1)[:, :, None] / 2 - 0.5
    return np.concatenate([scale * turns()[transform], shift], axis=2), score


def moved_starts(low: np.ndarray, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same for images that are moved, of one scale and not turned: pairs (i, j) sorted by i -> maps and scores.

    low: as above, of all images. Shifts of less than a pixel of COARSE, which `best_starts` meets, score zero.
    """
    affine, score = np.zeros((len(pairs), 2, 3)), np.zeros(len(pairs), np.float32)
    affine[:, :, :2] = np.eye(2)
    for begin, end in _runs(pairs[:, 0]):
        one = _small(low[pairs[begin : begin + 1, 0]])[0]
        others = _small(low[pairs[begin:end, 1]]).reshape(end - begin, -1)
        shifted = np.pad(one, MOST_MOVED)[ROWS, COLUMNS].reshape(len(SHIFTS), -1)  # (S, COARSE * COARSE)
        fit = others @ shifted.T
        fit /= np.sqrt((others * others) @ SHOWN.T * (shifted * shifted).sum(1)) + 1e-6
        best = fit.argmax(1)
        affine[begin:end, :, 2] = SHIFTS[best] / COARSE
        score[begin:end] = fit[np.arange(end - begin), best] * (np.abs(SHIFTS[best]).max(1) > 0)
    return affine, score


def _small(low: np.ndarray) -> np.ndarray:
    """Images of COARSE pixels a side from their low frequencies: (M, 4, K * K / 4) -> (M, COARSE, COARSE)."""
    half = COARSE // 2
    order = low.astype(np.float32).reshape(-1, 2, 2, half, half).transpose(0, 3, 1, 4, 2).reshape(-1, COARSE, COARSE)
    return WAVES.T @ order @ WAVES


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
