"""The specimen bootstrap, the jackknife's variance, and intervals of means and proportions."""

import numpy as np
import pytest
from scipy import stats

from augury.metrics.classification import score
from augury.metrics.intervals import (
    bootstrap_weights,
    jackknife_variance,
    joined,
    mean_interval,
    percentile,
    share_interval,
    units,
    wilson,
)

STRATA = np.array([0] * 4 + [1] * 7 + [2])


def test_every_replicate_keeps_the_total_of_every_class():
    weights = bootstrap_weights(STRATA, 500, seed=1)
    strata = joined(STRATA)
    for stratum in np.unique(strata):
        np.testing.assert_allclose(weights[:, stratum == strata].sum(axis=1), (stratum == strata).sum())


def test_the_spread_of_a_mean_is_that_of_the_textbook():
    # s^2 / n for a mean within a class; 0.05 is about three standard errors of 4000 replicates' variance.
    values = np.array([1.0, 4.0, 2.0, 9.0])
    means = bootstrap_weights(np.zeros(4, int), 4000, seed=2) @ values / 4
    assert means.var() == pytest.approx(values.var(ddof=1) / 4, rel=0.07)
    assert means.mean() == pytest.approx(values.mean(), abs=0.1)


def test_lone_specimens_are_drawn_together_or_with_the_smallest_stratum():
    assert joined([0, 1, 2, 2, 2, 3, 3]).tolist() == [0, 0, 2, 2, 2, 3, 3]
    assert joined([0, 2, 2, 2, 3, 3]).tolist() == [0, 2, 2, 2, 0, 0]
    assert joined([7]).tolist() == [7]
    assert (bootstrap_weights(np.array([4]), 100) == 1).all()
    weights = bootstrap_weights(np.arange(54), 4000)
    assert weights.mean(axis=1) == pytest.approx(np.ones(4000))
    assert weights[:, 0].var() == pytest.approx(54 / 53, rel=0.1)


def test_the_same_seed_gives_the_same_weights():
    np.testing.assert_array_equal(bootstrap_weights(STRATA, 50, 5), bootstrap_weights(STRATA, 50, 5))
    assert (bootstrap_weights(STRATA, 50, 5) != bootstrap_weights(STRATA, 50, 6)).any()


def test_a_specimen_is_one_in_all_runs_and_another_in_each_class():
    first = (np.array([0, 0, 1]), np.array(["a", "a", "a"]))
    second = (np.array([1, 0]), np.array(["a", "b"]))
    drawn_units = units([first, second])
    assert drawn_units.strata.tolist() == [0, 0, 1]
    assert drawn_units.indices[0].tolist() == [0, 0, 2]
    assert drawn_units.indices[1].tolist() == [2, 1]


def test_ninety_five_percent_intervals_cover_about_that_often():
    # 400 studies of 3 classes of 20 specimens, each with two images that are right or wrong together, 80% right.
    random = np.random.default_rng(11)
    labels = np.repeat(np.arange(3), 20)
    covered = 0
    for study in range(400):
        right = random.random(60) < 0.8
        probabilities = np.eye(3)[np.where(right, labels, (labels + 1) % 3)]
        weights = bootstrap_weights(labels, 400, seed=study)
        doubled = (np.tile(labels, 2), np.tile(probabilities, (2, 1)), np.tile(weights, 2))
        low, high = percentile(score(*doubled).accuracy)
        covered += low <= 0.8 <= high
    assert 0.91 < covered / 400 < 0.98


def test_percentiles_pass_over_nan():
    replicates = np.array([[0.0, np.nan], [1.0, np.nan], [np.nan, np.nan]])
    low, high = percentile(replicates, level=0.5)
    assert low[0] == pytest.approx(0.25)
    assert high[0] == pytest.approx(0.75)
    assert np.isnan(low[1])
    assert np.isnan(high[1])


@pytest.mark.parametrize("successes, trials", [(0, 10), (10, 10), (81, 263), (15, 148)])
def test_wilson_ends_are_the_proportions_a_z_test_just_allows(successes, trials):
    # The interval's definition: |share - p| = z sqrt(p (1 - p) / n) at either end.
    share, low_high = successes / trials, wilson(successes, trials)
    for end in low_high:
        if 0 < end < 1:
            assert abs(share - end) == pytest.approx(1.959963985 * np.sqrt(end * (1 - end) / trials))
    assert low_high[0] <= share <= low_high[1]


def test_wilson_by_a_published_example():
    # Newcombe 1998, Statistics in Medicine 17:857, table I: 81 of 263 gives .2553 to .3662; 0 of 20 gives 0 to .1611.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0, 0.1611), abs=5e-5)


def test_the_jackknife_of_a_mean_is_its_standard_error_over_rows_and_over_groups():
    # Over rows the pulls are the deviations: s^2 / n. Over groups of two, the variance of the group means over 3.
    values = np.array([1.0, 2, 4, 9, 3, 5])
    assert jackknife_variance(values - 4, np.arange(6)) == pytest.approx(values.var(ddof=1) / 6)
    means = values.reshape(3, 2).mean(axis=1)
    assert jackknife_variance(values - 4, np.repeat(["a", "b", "c"], 2)) == pytest.approx(means.var(ddof=1) / 3)
    assert np.isnan(jackknife_variance(values - 4, np.zeros(6)))


def test_the_interval_of_a_share_counts_groups_as_far_as_they_agree():
    """Kish's and Korn's and Graubard's formulas by hand: 12 values of 4 groups with 3, 1, 0 and 0 ones of 3."""
    values, groups = np.repeat([1, 1, 0, 0, 0], [3, 1, 2, 3, 3]), np.repeat(list("abcd"), 3)
    share, low, high = share_interval(values, groups)
    among = 4 / 3 * sum((ones - 1) ** 2 for ones in (3, 1, 0, 0)) / 12**2  # 3 of a group's 3 are expected to be 1
    trials = (1 / 3 * 2 / 3) / among * (1.959964 / stats.t.ppf(0.975, 3)) ** 2
    assert share == pytest.approx(1 / 3)
    assert (low, high) == pytest.approx(wilson(trials / 3, trials))
    alone = share_interval(values, np.arange(12))
    assert low < alone[1] < alone[2] < high
    # Where values of a group are as unlike as they can be, they still count as no more than what they are.
    mixed = share_interval(np.tile([0, 1], 6), np.repeat(np.arange(6), 2))
    trials = 12 * (1.959964 / stats.t.ppf(0.975, 5)) ** 2
    assert mixed == pytest.approx((0.5, *wilson(trials / 2, trials)))


def test_a_share_without_spread_has_the_interval_of_its_groups_and_of_one_group_none():
    trials = 4 * (1.959964 / stats.t.ppf(0.975, 3)) ** 2
    assert share_interval(np.zeros(40), np.repeat(np.arange(4), 10)) == pytest.approx((0, *wilson(0, trials)))
    assert np.isnan(share_interval(np.array([1.0, 0.0]), np.array(["a", "a"]))[1:]).all()


def test_the_interval_of_a_mean_is_clipped_and_wilsons_where_all_agree():
    mean, low, high = mean_interval(np.array([1.0, 0, 0, 0, 0, 0]), greatest=1)
    half = 1.959964 * np.sqrt((1 / 6) * (5 / 6) * 6 / 5 / 6)
    assert (mean, low, high) == pytest.approx((1 / 6, 0, 1 / 6 + half))
    assert mean_interval(np.ones(8), np.repeat(np.arange(4), 2), greatest=1) == (1, *wilson(4, 4))
    assert np.isnan(mean_interval(np.full(5, 1.4))[1])
