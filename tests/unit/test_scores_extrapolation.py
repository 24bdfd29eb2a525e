"""The distance for infinitely many images, where it is known."""

import numpy as np
import pytest
from scipy import stats

from augury.scores.frechet.distance import frechet_distance
from augury.scores.frechet.extrapolation import POINTS, _distances, frechet_infinity, intercept


@pytest.fixture
def random():
    return np.random.default_rng(9)


@pytest.mark.parametrize("n, d", [(20, 60), (200, 30)])
def test_each_size_has_the_distance_of_its_rows(random, n, d):
    real, synthetic = random.normal(size=(n, d)), random.normal(0.5, 1.5, size=(90, d))
    order, sizes = random.permutation(90), np.array([15, 40, 90])
    measured = list(_distances(real, synthetic, order, sizes))
    expected = [frechet_distance(real, synthetic[order[:size]]) for size in sizes]
    np.testing.assert_allclose(measured, expected, rtol=1e-6)


def test_the_intercept_and_its_interval_equal_those_of_scipy(random):
    x = 1 / np.linspace(50, 100, POINTS)
    values = 3 + 8 * x + 0.01 * random.normal(size=POINTS)
    line = stats.linregress(x, values)
    value, half = intercept(x, values)
    assert value == pytest.approx(line.intercept)
    assert half == pytest.approx(stats.t.ppf(0.975, POINTS - 2) * line.intercept_stderr)


def test_it_takes_the_bias_of_few_images_away(random):
    # The truth for these real rows and infinitely many synthetic ones N(0.2, 1.5^2 I) has covariance 2.25 I: its
    # distance is |m - 0.2|^2 + tr S + 2.25 d - 2 * 1.5 tr S^(1/2).
    d = 20
    real = random.normal(size=(400, d))
    covariance = np.cov(real.T)
    truth = np.square(real.mean(axis=0) - 0.2).sum() + np.trace(covariance) + 2.25 * d
    truth -= 2 * 1.5 * np.sqrt(np.linalg.eigvalsh(covariance)).sum()
    sets = [random.normal(0.2, 1.5, size=(200, d)) for _ in range(30)]
    plain = np.mean([frechet_distance(real, rows) for rows in sets])
    values = np.array([frechet_infinity(real, rows) for rows in sets])
    assert plain - truth > 0.5
    assert abs(values[:, 0].mean() - truth) < 0.2 * (plain - truth)
    assert (values[:, 1] < values[:, 0]).all()
    assert (values[:, 0] < values[:, 2]).all()


def test_too_few_images_have_none(random):
    assert frechet_infinity(random.normal(size=(9, 4)), random.normal(size=(49, 4))) is None
    assert frechet_infinity(random.normal(size=(9, 4)), random.normal(size=(50, 4))) is not None
