"""The kernel distance against torch-fidelity, by hand, and its interval against what sampling does."""

import numpy as np
import pytest

from augury.scores.kernel.compute import (
    _influences,
    kernel_distance,
    kernel_distance_interval,
    polynomial,
    within_means,
)


@pytest.fixture
def random():
    return np.random.default_rng(5)


def weighted(x, y, u, v):
    """The distance with weights of rows: sums over pairs of different rows, written out."""

    def within(rows, weights):
        pairs = np.outer(weights, weights) * (1 - np.eye(len(rows)))
        return (pairs * polynomial(rows, rows)).sum() / pairs.sum()

    return within(x, u) + within(y, v) - 2 * (u @ polynomial(x, y) @ v) / (u.sum() * v.sum())


def test_by_hand():
    # d = 1, k = (xy + 1)^3: among x = {0, 1} 1, among y = {1, 2} 27, across 1, 1, 8, 27: 1 + 27 - 2 * 37 / 4 = 9.5.
    x, y = np.array([[0.0], [1.0]]), np.array([[1.0], [2.0]])
    assert kernel_distance(x, y).mean == pytest.approx(9.5)
    assert kernel_distance_interval(x, y).value == pytest.approx(9.5)


@pytest.mark.parametrize("n, m, size", [(90, 130, 50), (60, 200, 60)])
def test_subsets_are_those_of_torch_fidelity(random, n, m, size):
    metric_kid = pytest.importorskip("torch_fidelity.metric_kid")
    import torch

    x, y = random.gamma(1, 0.5, (n, 48)).astype(np.float32), random.gamma(1.2, 0.5, (m, 48)).astype(np.float32)
    tensors = torch.from_numpy(x.astype(np.float64)), torch.from_numpy(y.astype(np.float64))
    expected = metric_kid.kid_features_to_metric(*tensors, kid_subsets=20, kid_subset_size=size, verbose=False)
    distance = kernel_distance(x, y, subsets=20, subset_size=1000 if size == n else size)
    assert (distance.subsets, distance.subset_size) == (20, size)
    assert distance.mean == pytest.approx(expected[metric_kid.KEY_METRIC_KID_MEAN], abs=1e-9)
    assert distance.sd == pytest.approx(expected[metric_kid.KEY_METRIC_KID_STD], abs=1e-9)


def test_all_of_both_sets_is_one_subset_without_a_spread(random):
    x, y = random.normal(size=(2, 12, 4))
    distance = kernel_distance(x, y)
    assert (distance.subsets, distance.subset_size, distance.sd) == (1, 12, None)
    assert distance.mean == pytest.approx(kernel_distance_interval(x, y).value)


def test_all_rows_at_once_equal_the_definition(random):
    # 1,500 rows take several blocks.
    x, y = random.normal(size=(1500, 3)), random.normal(0.3, 1, size=(1100, 3))
    assert kernel_distance_interval(x, y).value == pytest.approx(weighted(x, y, np.ones(1500), np.ones(1100)))
    given = kernel_distance_interval(x, y, within=within_means(y))
    assert given == kernel_distance_interval(x, y)


def test_influences_are_derivatives_by_weights(random):
    x, y = random.normal(size=(9, 4)), random.normal(0.5, 1.5, size=(7, 4))
    step = 1e-6
    for side, pulls in enumerate(_influences(x, y, None)[1]):
        for row in range(len(pulls)):
            weights = [np.ones(9), np.ones(7)]
            weights[side][row] += step
            up = weighted(x, y, *weights)
            weights[side][row] -= 2 * step
            assert pulls[row] == pytest.approx(len(pulls) * (up - weighted(x, y, *weights)) / (2 * step), abs=1e-5)


def test_the_interval_covers_the_truth(random):
    # The truth comes from 10,000 rows of each distribution: a hundredth of the variance that samples have.
    def drawn(count, shift):
        return random.normal(size=(count, 3)) + shift * np.eye(3)[0]

    moments = [drawn(10_000, shift) for shift in (0, 1)]
    truth = kernel_distance_interval(*moments).value
    ends = [kernel_distance_interval(drawn(80, 0), drawn(120, 1)) for _ in range(300)]
    covered = np.mean([end.low <= truth <= end.high for end in ends])
    assert 0.9 < covered < 0.985


def test_specimens_widen_the_interval(random):
    specimens = np.repeat(np.arange(10), 5)
    x = random.normal(size=(10, 4))[specimens] + 0.01 * random.normal(size=(50, 4))
    y = random.normal(0.7, 1, size=(3000, 4))
    together, apart = kernel_distance_interval(x, y, specimens), kernel_distance_interval(x, y)
    assert together.high - together.low > 1.5 * (apart.high - apart.low)
    assert np.isnan(kernel_distance_interval(x, y, np.zeros(50)).low)


@pytest.mark.parametrize("bad", [np.ones((1, 4)), np.full((3, 4), np.inf)])
def test_what_is_no_set_of_features_is_refused(bad):
    with pytest.raises(ValueError, match="features"):
        kernel_distance(bad, np.ones((3, 4)))
