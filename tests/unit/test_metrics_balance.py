"""Worst class, frequent and rare classes: by hand, against scipy, and in a simulation."""

import numpy as np
import pytest
from scipy import stats

from augury.metrics.balance import frequent_and_rare, min_recall, recall_gap, worst_class


def test_the_interval_is_of_exact_ones():
    # Recalls of 3 of 10, 9 of 10 and 10 of 20: the worst is the first; no end of the others is lower.
    interval = min_recall(np.array([0.3, 0.9, 0.5]), np.array([10, 10, 20]))
    low = stats.binomtest(3, 10).proportion_ci(0.95).low
    high = stats.binomtest(3, 10).proportion_ci(1 - 0.05 / 3).high
    assert interval == pytest.approx((0.3, low, high), rel=1e-6)


def test_the_low_end_may_be_that_of_another_class():
    # One of two is found, which may be a class of recall .01; of the other 45 of 100 are.
    value, low, high = min_recall(np.array([0.5, 0.45]), np.array([2, 100]))
    assert value == 0.45
    assert low == pytest.approx(stats.binomtest(1, 2).proportion_ci(0.95).low, rel=1e-6)
    assert high == pytest.approx(stats.binomtest(45, 100).proportion_ci(0.975).high, rel=1e-6)


def test_none_and_all_right():
    assert min_recall(np.array([0.0, 1.0]), np.array([5, 5]))[:2] == (0, 0)
    assert min_recall(np.array([1.0, 1.0]), np.array([5, 5]))[2] == 1
    assert np.isnan(min_recall(np.array([np.nan]), np.array([0]))).all()


@pytest.mark.parametrize("truth", [np.full(26, 0.8), np.linspace(0.5, 0.95, 7), np.array([0.5, 0.9, 0.9, 0.9])])
def test_intervals_hold_the_least_true_recall(truth):
    random, n = np.random.default_rng(0), 20
    inside = []
    for interval in random.binomial(n, truth, (800, len(truth))) / n:
        _, low, high = min_recall(interval, np.full(len(truth), n))
        inside.append(low <= truth.min() <= high)
    assert np.mean(inside) > 0.94


@pytest.mark.parametrize(
    "specimens, frequent, rare",
    [
        ([5, 9, 2, 7], [1, 3], [0, 2]),
        ([3, 5, 9], [2], [0]),  # the median class is neither
        ([10, 10, 10, 5], [0, 1, 2], [3]),
        ([5, 5, 5, 10], [3], [0, 1, 2]),
        ([8, 8, 8], [], []),
    ],
)
def test_halves_by_specimens(specimens, frequent, rare):
    groups = frequent_and_rare(np.array(specimens))
    assert [np.flatnonzero(each).tolist() for each in groups] == [frequent, rare]


def test_the_gap_is_of_means_over_the_classes_that_have_images():
    halves = frequent_and_rare(np.array([20, 10, 3, 2]))
    recall = np.array([[0.9, 0.7, 0.4, np.nan], [1.0, 1.0, np.nan, np.nan]])
    np.testing.assert_allclose(recall_gap(recall, *halves), [0.8 - 0.4, np.nan])
    assert np.isnan(recall_gap(recall, *frequent_and_rare(np.full(4, 6)))).all()


def test_the_worst_class_and_its_equals():
    assert worst_class(np.array([0.5, np.nan, 0.2, 0.2])).tolist() == [False, False, True, True]
    assert worst_class(np.full(2, np.nan)).tolist() == [False, False]
