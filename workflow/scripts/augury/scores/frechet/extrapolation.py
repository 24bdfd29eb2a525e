"""The Frechet distance that infinitely many synthetic images would have (Chong and Forsyth 2020, arXiv:1911.07023).

The distance's bias is close to a line in 1 / N for N synthetic images, so the line's intercept is the distance without
it. The bias that comes of few real images stays.
"""

from collections.abc import Iterator

import numpy as np

from augury.metrics.intervals import NORMAL
from augury.scores.frechet.distance import CHUNK, factor, frechet_pulls

LEAST_IMAGES = 50
PER_DIMENSION = 4  # of what the real images span; of fewer, the bias is no line (benchmarks/infinity_coverage.py)
POINTS = 15
_SMALLEST = 2  # the sizes begin at a half of all images: where they are few, the bias of fewer is no line
_ORDERS = 5  # over which intercepts are averaged: that of one weighs some images twice and leaves others out
_LARGE = 500  # real images (or features, if fewer) above which one order is enough, and five cost too much


def frechet_infinity(real: np.ndarray, synthetic: np.ndarray, seed: int = 0) -> tuple[float, float, float] | None:
    """The intercept and the ends of its 95% interval; None where synthetic images are fewer than `least_images`.

    real: (n, d), synthetic: (m, d). The sizes are the first rows of a random order; intercepts of several orders are
    averaged. The interval is over the synthetic images, these real ones given, by the infinitesimal jackknife: how much
    each image pulls on the distance, times its weight in the intercept.
    """
    if len(real) < 2 or len(synthetic) < least_images(real):
        return None
    sizes = np.linspace(len(synthetic) // _SMALLEST, len(synthetic), POINTS).astype(int)
    coefficients = intercept_coefficients(1 / sizes)
    base = factor(real)[0]  # F^T F is the covariance of the real rows
    random = np.random.default_rng(seed)
    orders = [random.permutation(len(synthetic)) for _ in range(_ORDERS if min(base.shape) <= _LARGE else 1)]
    values = [coefficients @ list(_distances(real, base, synthetic, order, sizes)) for order in orders]
    weights = np.mean([_image_weights(order, sizes, coefficients) for order in orders], axis=0)
    value = float(np.mean(values))
    half = NORMAL * float(np.linalg.norm(weights * frechet_pulls(real, synthetic)[1]))
    return value, value - half, value + half


def least_images(real: np.ndarray) -> int:
    """Synthetic images without which nothing is extrapolated: 50, and four for each dimension that real ones span."""
    return max(LEAST_IMAGES, PER_DIMENSION * min(len(real) - 1, real.shape[1]))


def intercept_coefficients(x: np.ndarray) -> np.ndarray:
    """The weight (k,) of each value in where the least-squares line through (k,) values meets 0; they add up to 1."""
    away = x - x.mean()
    return 1 / len(x) - x.mean() * away / np.square(away).sum()


def _image_weights(order: np.ndarray, sizes: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    # (m,): the weight of each image's own pull in the intercept, 1 / m on average.
    weights = np.zeros(len(order))
    for size, coefficient in zip(sizes, coefficients, strict=True):
        weights[order[:size]] += coefficient / size
    return weights


def _distances(
    real: np.ndarray, base: np.ndarray, synthetic: np.ndarray, order: np.ndarray, sizes: np.ndarray
) -> Iterator[float]:
    # All sizes for little more than the price of one: sums over the rows between two sizes are added to those before.
    mean = real.mean(axis=0, dtype=np.float64)
    sums, products, squares, done = np.zeros(len(mean)), np.zeros((len(base), len(base))), 0.0, 0
    for size in sizes:
        for start in range(done, size, CHUNK):
            rows = synthetic[order[start : min(start + CHUNK, size)]] - mean  # near zero: sums of squares keep digits
            images = rows @ base.T
            sums, squares = sums + rows.sum(axis=0), squares + np.square(rows).sum()
            products += images.T @ images
        done = size
        shift = sums / size
        centre = base @ shift
        middle = (products - size * np.outer(centre, centre)) / (size - 1)
        # Of so few rows more eigenvalues would be rounding alone.
        eigenvalues = np.linalg.eigvalsh(middle)[-(size - 1) :]
        traces = np.square(base).sum() + (squares - size * shift @ shift) / (size - 1)
        yield float(shift @ shift + traces - 2 * np.sqrt(np.clip(eigenvalues, 0, None)).sum())
