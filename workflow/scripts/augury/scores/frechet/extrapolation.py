"""The Frechet distance that infinitely many synthetic images would have (Chong and Forsyth 2020, arXiv:1911.07023).

The distance's bias is close to a line in 1 / N for N synthetic images, so the line's intercept is the distance without
it. The bias that comes of few real images stays.
"""

from collections.abc import Iterator

import numpy as np

from augury.scores.frechet.distance import CHUNK, factor

LEAST_IMAGES = 50
POINTS = 15
_SMALLEST = 2  # the sizes begin at a half of all images: where they are few, the bias of fewer is no line
_STUDENT = 2.1603686564610127  # 97.5% quantile of Student's t with POINTS - 2 degrees of freedom


def frechet_infinity(real: np.ndarray, synthetic: np.ndarray, seed: int = 0) -> tuple[float, float, float] | None:
    """The intercept and the ends of its 95% interval, or None for fewer than 50 synthetic or 2 real images.

    real: (n, d), synthetic: (m, d). The sizes are the first rows of one random order. The interval is that of a line
    by least squares, from its residuals: sizes share their images, so it holds the line's misfit and not what other
    images would change.
    """
    if len(synthetic) < LEAST_IMAGES or len(real) < 2:
        return None
    sizes = np.linspace(len(synthetic) // _SMALLEST, len(synthetic), POINTS).astype(int)
    order = np.random.default_rng(seed).permutation(len(synthetic))
    distances = np.array(list(_distances(real, synthetic, order, sizes)))
    value, half = intercept(1 / sizes, distances)
    return value, value - half, value + half


def intercept(x: np.ndarray, values: np.ndarray) -> tuple[float, float]:
    """Where the least-squares line through POINTS values meets 0, and half of the intercept's 95% interval."""
    centre = x.mean()
    spread = np.square(x - centre).sum()
    slope = ((x - centre) * values).sum() / spread
    start = values.mean() - slope * centre
    variance = np.square(values - start - slope * x).sum() / (len(x) - 2)
    return float(start), float(_STUDENT * np.sqrt(variance * (1 / len(x) + centre**2 / spread)))


def _distances(real: np.ndarray, synthetic: np.ndarray, order: np.ndarray, sizes: np.ndarray) -> Iterator[float]:
    # All sizes for little more than the price of one: sums over the rows between two sizes are added to those before.
    mean = real.mean(axis=0, dtype=np.float64)
    base = factor(real)[0]  # F^T F is the covariance of the real rows
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
