"""The cheap stage of the search for duplicates: which few images could show the same as this one.

Thumbnails are normalised locally and projected on the 8 x 8 lowest cosines (DCT-II). A flip changes only the signs of
the coefficients and a transposition swaps them, so |C(u, v)| + |C(v, u)| and ||C(u, v)| - |C(v, u)|| stay the same
under all eight flips and quarter turns. Crops are met by describing each image under 26 windows as well; the windows of
one image are compared with the whole of the others by blocked matrix products, and the best few are kept. Of very many
images, one is compared with those of a few cells (augury.duplicates.cells).
"""

import numpy as np

from augury.duplicates.cells import Cells, best_met
from augury.duplicates.fingerprints import SIDE_PX

Window = tuple[float, float, float, float]  # left, right, top, bottom as fractions of the image

FREQUENCIES = 8
COARSE = 16  # cosines an axis of which the first stage uses FREQUENCIES and the second all
SHORTLIST = 50  # of 3,861 similar copepods, a true copy was among the first 50 in 98 to 100% of the trials of any kind
BLUR_PX = 8.0  # width of the local mean and contrast
CONTRAST_FLOOR = 0.5  # of the image's own contrast, so that noise on a plain background stays small
FLAT_LEVELS = 0.25  # an image of less contrast, in grey levels, has nothing to compare


def windows() -> list[Window]:
    """The parts of an image that are described; the first is the whole."""
    spans = [(0.0, 1.0, 0.0, 1.0)]
    for cut in (0.04, 0.08, 0.12, 0.16):
        spans += [(cut, 1.0, 0.0, 1.0), (0.0, 1.0 - cut, 0.0, 1.0), (0.0, 1.0, cut, 1.0), (0.0, 1.0, 0.0, 1.0 - cut)]
    for cut in (0.05, 0.10):
        ends = ((cut, 1.0), (0.0, 1.0 - cut))
        spans += [(*across, *down) for across in ends for down in ends]
    return [*spans, (0.05, 0.95, 0.05, 0.95)]


def blur_matrices(widths_px: np.ndarray) -> np.ndarray:
    """Gaussian blurs of an axis: widths (P,) -> (P, 64, 64) float32 whose rows sum to one, for G @ image @ G.T."""
    pixels = np.arange(SIDE_PX)
    kernels = np.exp(-0.5 * ((pixels[:, None] - pixels) / np.asarray(widths_px)[:, None, None]) ** 2)
    return (kernels / kernels.sum(2, keepdims=True)).astype(np.float32)


def normalise(thumbs: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
    """Without the local mean, over the local contrast: (N, 64, 64) -> float32. A flat image becomes 0.

    weight: (64, 64), of each pixel in means and contrasts, and in the result (default: all alike).
    """
    blur = blur_matrices(np.array([BLUR_PX]))[0]
    shown = np.float32(1) if weight is None else np.maximum(blur @ weight @ blur.T, 1e-3)
    share = np.float32(1) if weight is None else weight
    high = thumbs.astype(np.float32)
    high -= blur @ (high * share) @ blur.T / shown
    high *= share
    local = np.sqrt(np.maximum(blur @ (high * high) @ blur.T / shown, 0))
    own = high.reshape(len(high), SIDE_PX * SIDE_PX).std(axis=1)[:, None, None]
    high /= local + CONTRAST_FLOOR * own + 1e-6
    high *= own >= FLAT_LEVELS
    return high


def cosines(low: float, high: float, count: int) -> np.ndarray:
    """The first `count` orthonormal cosines over the part [low, high] of an axis, (count, 64) float32.

    Each entry is the integral over the pixel's share of the part, so that its ends need not fall on pixels.
    """
    edges = np.clip((np.arange(SIDE_PX + 1) / SIDE_PX - low) / (high - low), 0, 1)
    order = np.arange(1, count)[:, None] * np.pi
    rows = np.diff(np.concatenate([edges[None], np.sqrt(2) * np.sin(order * edges) / order]), axis=1)
    return rows.astype(np.float32)


def coefficients(normal: np.ndarray, window: Window, count: int) -> np.ndarray:
    """Cosine coefficients of a window, (N, 64, 64) -> (N, count, count); the vertical frequency comes first."""
    left, right, top, bottom = window
    return cosines(top, bottom, count) @ normal @ cosines(left, right, count).T


def invariants(coefficient: np.ndarray) -> np.ndarray:
    """(N, K, K) -> (N, K * K - 1) of unit length: the same for all eight flips and quarter turns.

    Coefficients are weighted by their frequency, which levels the spectrum of photographs (amplitude about 1 / f).
    """
    count = coefficient.shape[1]
    rows, columns = np.triu_indices(count, k=1)
    diagonal = np.arange(1, count)
    size = np.abs(coefficient)
    weight = np.hypot(rows, columns) / np.sqrt(2)
    one, other = size[:, rows, columns] * weight, size[:, columns, rows] * weight
    own = size[:, diagonal, diagonal] * diagonal * np.sqrt(2)
    vectors = np.concatenate([one + other, np.abs(one - other), own], axis=1, dtype=np.float32)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)


def whole(thumbs: np.ndarray) -> np.ndarray:
    """Cosine coefficients of the whole images, (B, 64, 64) uint8 -> (B, COARSE, COARSE) float32."""
    return coefficients(normalise(thumbs), windows()[0], COARSE)


def parts(thumbs: np.ndarray) -> np.ndarray:
    """Cosine coefficients of all windows, (B, 64, 64) uint8 -> (B, 26, COARSE, COARSE) float32."""
    normal = normalise(thumbs)
    return np.stack([coefficients(normal, window, COARSE) for window in windows()], axis=1)


def descriptors(coefficient: np.ndarray) -> np.ndarray:
    """The invariants of the lowest frequencies, (..., COARSE, COARSE) -> (..., 63) float32."""
    low = coefficient[..., :FREQUENCIES, :FREQUENCIES]
    return invariants(low.reshape(-1, FREQUENCIES, FREQUENCIES)).reshape(*low.shape[:-2], -1)


def candidates(
    queries: np.ndarray,
    start: int,
    others: np.ndarray | Cells,
    groups: np.ndarray | None = None,
    shortlist: int = SHORTLIST,
) -> np.ndarray:
    """Pairs (i, j) where a window of image i resembles the whole of image j, (M, 2) int64, sorted.

    queries: the windows' descriptors of the images from number `start` on, (B, 26, D). others: those of all whole
    images, (N, D) float16, or the same in cells. groups: (N,) int; where given, only pairs of different groups count.
    At most `shortlist` partners j an image i. For all N images it costs 26 x N^2 x 126 operations; with cells it grows
    as N to the power of 1.5.
    """
    if isinstance(others, Cells):
        return best_met(others, queries, start, groups, shortlist)
    likeness = np.full((len(queries), len(others)), -1, np.float32)
    wholes = others.astype(np.float32)
    product = np.empty_like(likeness)
    for window in range(queries.shape[1]):
        np.matmul(queries[:, window], wholes.T, out=product)
        np.maximum(likeness, product, out=likeness)
    here = np.arange(start, start + len(queries))
    likeness[np.arange(len(here)), here] = -1
    if groups is not None:
        likeness[groups[here][:, None] == groups[None]] = -1
    return _best(likeness, start, shortlist)


def _best(likeness: np.ndarray, start: int, shortlist: int) -> np.ndarray:
    count = min(shortlist, likeness.shape[1])
    best = np.argpartition(likeness, likeness.shape[1] - count, axis=1)[:, -count:]
    columns = np.sort(best, axis=1).ravel()
    rows = np.repeat(np.arange(len(likeness)), count)
    kept = likeness[rows, columns] > 0
    return np.stack([rows[kept] + start, columns[kept]], axis=1)
