"""The Frechet distance against its definition, computed in other ways."""

import tracemalloc

import numpy as np
import pytest
from scipy import linalg

from augury.scores.frechet import distance as frechet
from augury.scores.frechet.distance import (
    frechet_distance,
    frechet_with_interval,
    half_distances,
)


def pulls(x, y):
    """What each row adds to the distance, of which the interval is made."""
    return frechet._solve(x, y, vectors=True).pulls


def by_definition(x, y):
    """With scipy's matrix square root, as the distance is mostly computed."""
    root = linalg.sqrtm(np.cov(x.T) @ np.cov(y.T)).real
    shift = x.mean(axis=0) - y.mean(axis=0)
    return shift @ shift + np.trace(np.cov(x.T)) + np.trace(np.cov(y.T)) - 2 * np.trace(root)


@pytest.fixture
def random():
    return np.random.default_rng(8)


@pytest.mark.parametrize("n1, n2, d", [(60, 80, 5), (200, 31, 30), (50, 50, 12)])
def test_full_rank_equals_the_matrix_square_root(random, n1, n2, d):
    mixing = random.normal(size=(d, d))
    x, y = random.normal(size=(n1, d)) @ mixing, random.normal(size=(n2, d)) * 2 + 0.5
    assert frechet_distance(x, y) == pytest.approx(by_definition(x, y), rel=1e-8)


@pytest.mark.parametrize("n1, n2, d", [(6, 9, 40), (5, 100, 20), (100, 5, 20)])
def test_low_rank_equals_the_eigenvalues_of_the_product(random, n1, n2, d):
    # tr (S1 S2)^(1/2) is the sum of the roots of the eigenvalues of S1 S2, which are never negative.
    x, y = random.normal(size=(n1, d)), random.normal(size=(n2, d)) + 1
    roots = np.sqrt(np.clip(np.linalg.eigvals(np.cov(x.T) @ np.cov(y.T)).real, 0, None)).sum()
    shift = x.mean(axis=0) - y.mean(axis=0)
    expected = shift @ shift + np.trace(np.cov(x.T)) + np.trace(np.cov(y.T)) - 2 * roots
    assert frechet_distance(x, y) == pytest.approx(expected, rel=1e-5)


def test_one_dimension_has_a_closed_form(random):
    # (m1 - m2)^2 + (s1 - s2)^2
    x, y = random.normal(size=(30, 1)), random.normal(3, 2, size=(40, 1))
    expected = (x.mean() - y.mean()) ** 2 + (x.std(ddof=1) - y.std(ddof=1)) ** 2
    assert frechet_distance(x, y) == pytest.approx(expected)


def test_it_is_symmetric_zero_for_equals_and_knows_shifts(random):
    x, y = random.normal(size=(12, 50)), random.normal(size=(20, 50))
    assert frechet_distance(x, y) == pytest.approx(frechet_distance(y, x))
    assert frechet_distance(x, x) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(x, x + 2) == pytest.approx(4 * 50)


def test_single_precision_features_are_computed_in_double(random):
    x, y = (
        random.normal(100, 1, size=(40, 8)).astype(np.float32),
        random.normal(100, 1, size=(40, 8)).astype(np.float32),
    )
    assert frechet_distance(x, y) == pytest.approx(by_definition(x.astype(float), y.astype(float)), rel=1e-8)


@pytest.mark.parametrize("n1, n2, d", [(40, 60, 90), (40, 300, 90), (200, 300, 90), (300, 80, 90)])
def test_it_equals_the_fid_of_torch_fidelity(random, n1, n2, d):
    # Its roots of near-zero eigenvalues are of rounding's making where the covariances are singular.
    metric_fid = pytest.importorskip("torch_fidelity.metric_fid")
    import torch

    mixing = random.normal(size=(d, d)) * np.exp(-np.arange(d) / 20)
    sets = [np.maximum(random.normal(size=(n, d)) @ mixing + shift, 0) for n, shift in ((n1, 0), (n2, 0.3))]
    statistics = [metric_fid.fid_features_to_statistics(torch.from_numpy(rows)) for rows in sets]
    expected = metric_fid.fid_statistics_to_metric(*statistics, False)[metric_fid.KEY_METRIC_FID]
    assert frechet_distance(*sets) == pytest.approx(expected, rel=1e-5)


def test_many_images_need_no_matrix_of_all(random):
    # 30,000 x 30,000 numbers would be 7 GB; 64 x 64 suffice. (m1 - m2)^2 + (s1 - s2)^2 in each of 64 dimensions.
    x = random.standard_normal((30_000, 64), dtype=np.float32)
    y = 2 * random.standard_normal((30_000, 64), dtype=np.float32) + 1
    tracemalloc.start()
    distance, low, high = frechet_with_interval(x, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6
    assert distance == pytest.approx(64 * 2, rel=0.02)
    assert low < distance < high


@pytest.mark.parametrize("bad", [np.ones((1, 4)), np.ones(4), np.array([[1.0, np.nan], [0.0, 1.0]])])
def test_what_is_no_set_of_features_is_refused(bad):
    with pytest.raises(ValueError, match="features"):
        frechet_distance(bad, np.ones((3, 4)))


def test_influences_in_one_dimension_have_a_closed_form(random):
    # The derivative of (m1 - m2)^2 + (s1 - s2)^2 by the weight of x, with covariances as they are.
    x, y = random.normal(size=(30, 1)), random.normal(3, 2, size=(40, 1))
    means, sds = (x.mean(), y.mean()), (x.std(ddof=1), y.std(ddof=1))
    expected = 2 * (means[0] - means[1]) * (x - means[0]) + (1 - sds[1] / sds[0]) * ((x - means[0]) ** 2 - sds[0] ** 2)
    expected = expected[:, 0] - expected.mean()
    np.testing.assert_allclose(pulls(x, y)[0], expected, atol=1e-9)
    np.testing.assert_allclose(pulls(y, x)[1], expected, atol=1e-9)


@pytest.mark.parametrize("n1, n2, d", [(40, 60, 6), (30, 45, 200), (25, 120, 60)])
def test_the_interval_is_near_that_of_leaving_out_each_row_in_turn(random, n1, n2, d):
    # The delete-one jackknife, which costs n1 + n2 distances; they agree up to terms of order 1/n.
    sets = random.normal(size=(n1, d)), random.normal(size=(n2, d)) * 1.5 + 0.5
    variance = 0.0
    for side, rows in enumerate(sets):
        without = []
        for row in range(len(rows)):
            left = [*sets]
            left[side] = np.delete(rows, row, axis=0)
            without.append(frechet_distance(*left))
        variance += (len(rows) - 1) * np.var(without)
    _, low, high = frechet_with_interval(*sets)
    assert high - low == pytest.approx(2 * 1.959964 * np.sqrt(variance), rel=0.1)
    assert (low + high) / 2 == pytest.approx(frechet_distance(*sets))


def test_influences_are_the_same_from_factors_and_from_rows(random):
    # Twelve constant columns more make d exceed n, and nothing else.
    x, y = random.normal(size=(20, 8)), random.normal(size=(30, 8)) + 1
    wide = [np.hstack([rows, np.zeros((len(rows), 12))]) for rows in (x, y)]
    for values, other in zip(pulls(x, y), pulls(*wide), strict=True):
        np.testing.assert_allclose(values, other, atol=1e-6)


def test_specimens_widen_the_interval(random):
    # Each specimen is seen five times nearly alike: 8 specimens know less than 40 images seem to.
    specimens = np.repeat(np.arange(8), 5)
    x = random.normal(size=(8, 4))[specimens] + 0.01 * random.normal(size=(40, 4))
    y = random.normal(size=(300, 4)) + 1
    together, apart = frechet_with_interval(x, y, specimens), frechet_with_interval(x, y)
    assert together[2] - together[1] > 1.5 * (apart[2] - apart[1])


def test_one_specimen_has_no_interval_and_no_halves(random):
    x, y = random.normal(size=(6, 3)), random.normal(size=(9, 3))
    assert np.isnan(frechet_with_interval(x, y, np.zeros(6))[1:]).all()
    assert half_distances(x, y, np.zeros(6)) is None


def test_halves_never_share_a_specimen(random):
    # Twins in both halves would bring the distance among halves to nothing: each specimen is four equal rows.
    specimens = np.repeat(np.arange(10), 4)
    x = 10 * random.normal(size=(10, 3))[specimens]
    n, among, across = half_distances(x, x[::-1] + 1e-9, specimens, seed=4)
    assert n == 20
    assert among > 1
    assert across > 0
    assert half_distances(x, x[::-1] + 1e-9, specimens, seed=4) == (n, among, across)


def test_sets_of_one_kind_are_as_far_apart_as_halves(random):
    x, y = random.normal(size=(60, 10)), random.normal(size=(500, 10))
    _, among, across = half_distances(x, y, halvings=40)
    assert across == pytest.approx(among, rel=0.2)
    assert half_distances(x, y + 3, halvings=5)[2] > 10 * among
