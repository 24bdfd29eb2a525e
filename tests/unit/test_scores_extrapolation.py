"""The distance for infinitely many images, where it is known."""

import numpy as np
import pytest
from scipy import stats

from augury.scores.frechet.distance import factor, frechet_distance
from augury.scores.frechet.extrapolation import POINTS, _distances, frechet_infinity, intercept_coefficients

D = 20


@pytest.fixture
def random():
    return np.random.default_rng(9)


def truth(real: np.ndarray, mean: float, deviation: float) -> float:
    """The distance of these real rows (n, d) from N(mean, deviation^2 I), whose root with S is deviation S^(1/2)."""
    covariance = np.cov(real.T)
    away = np.square(real.mean(axis=0) - mean).sum() + np.trace(covariance) + deviation**2 * real.shape[1]
    return away - 2 * deviation * np.sqrt(np.clip(np.linalg.eigvalsh(covariance), 0, None)).sum()


@pytest.mark.parametrize("n, d", [(20, 60), (200, 30)])
def test_each_size_has_the_distance_of_its_rows(random, n, d):
    real, synthetic = random.normal(size=(n, d)), random.normal(0.5, 1.5, size=(90, d))
    order, sizes = random.permutation(90), np.array([15, 40, 90])
    measured = list(_distances(real, factor(real)[0], synthetic, order, sizes))
    expected = [frechet_distance(real, synthetic[order[:size]]) for size in sizes]
    np.testing.assert_allclose(measured, expected, rtol=1e-6)


def test_the_intercept_is_that_of_scipy(random):
    x = 1 / np.linspace(50, 100, POINTS)
    values = 3 + 8 * x + 0.01 * random.normal(size=POINTS)
    assert intercept_coefficients(x) @ values == pytest.approx(stats.linregress(x, values).intercept)


def test_it_takes_the_bias_of_few_images_away(random):
    real = random.normal(size=(400, D))
    sets = [random.normal(0.2, 1.5, size=(200, D)) for _ in range(30)]
    known = truth(real, 0.2, 1.5)
    plain = np.mean([frechet_distance(real, rows) for rows in sets])
    values = np.array([frechet_infinity(real, rows) for rows in sets])
    assert plain - known > 0.5
    assert abs(values[:, 0].mean() - known) < 0.2 * (plain - known)


def test_the_interval_is_as_wide_as_other_images_move_it(random):
    # Of 40 sets the spread of the values is known to 11%; half an interval is 1.96 of it. The line's own residuals
    # would give a quarter of that.
    real = random.normal(size=(40, D))
    values = np.array([frechet_infinity(real, random.normal(0.5, 1.3, size=(150, D))) for _ in range(40)])
    halves = (values[:, 2] - values[:, 1]) / 2
    assert np.mean(halves) == pytest.approx(1.96 * values[:, 0].std(ddof=1), rel=0.35)


@pytest.mark.slow
@pytest.mark.parametrize("n, d, m", [(40, 20, 100), (40, 20, 400), (15, 100, 200)])
def test_the_interval_holds_the_truth(random, n, d, m):
    # 400 trials: a rate of 95% has a standard error of 1.1 points.
    covered = 0
    for _ in range(400):
        real = random.normal(size=(n, d))
        _, low, high = frechet_infinity(real, random.normal(0.5, 1.3, size=(m, d)))
        covered += low <= truth(real, 0.5, 1.3) <= high
    assert 0.91 < covered / 400 < 0.99


def test_too_few_images_have_none(random):
    assert frechet_infinity(random.normal(size=(9, 4)), random.normal(size=(49, 4))) is None
    assert frechet_infinity(random.normal(size=(9, 4)), random.normal(size=(50, 4))) is not None
    # 40 real images span 39 dimensions, of which each asks for four.
    assert frechet_infinity(random.normal(size=(40, 90)), random.normal(size=(155, 90))) is None
    assert frechet_infinity(random.normal(size=(40, 90)), random.normal(size=(156, 90))) is not None
