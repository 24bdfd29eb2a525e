"""Which images look like which, for eyes to compare: the correlation of small images, upright, turned or mirrored.

Near-duplicates and copies are found by other means (augury.duplicates); here the nearest is shown whether near or not.
"""

import numpy as np

_BLOCK = 256


def nearest(images: np.ndarray, others: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """For each of the images (n, s, s, 3) the places (n, k) of the `count` likest of `others` (m, s, s, 3), k <= m.

    And their correlations (n, k), the highest over the eight ways in which a square can lie.
    """
    count = min(count, len(others))
    known = _normal(others)
    places, values = np.zeros((len(images), count), np.int64), np.zeros((len(images), count), np.float32)
    for start in range(0, len(images), _BLOCK):
        block = images[start : start + _BLOCK]
        best = np.max([_normal(each) @ known.T for each in _ways(block)], axis=0)
        order = np.argsort(-best, axis=1, kind="stable")[:, :count]
        places[start : start + len(block)] = order
        values[start : start + len(block)] = np.take_along_axis(best, order, axis=1)
    return places, values


def _ways(images: np.ndarray) -> list[np.ndarray]:
    turned = [np.rot90(images, times, axes=(1, 2)) for times in range(4)]
    return [*turned, *(each[:, :, ::-1] for each in turned)]


def _normal(images: np.ndarray) -> np.ndarray:
    """Rows (n, s * s * 3) of mean 0 and length 1; of an even image all 0."""
    rows = images.reshape(len(images), -1) - images.reshape(len(images), -1).mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
