"""What a design is said to see before it is run, by hand and against what the verdict says of simulated studies."""

import dataclasses
import math

import numpy as np
import pytest
from scipy import special
from simulation import experiments

from augury.verdict import decision, design
from augury.verdict.design import Design, Pilot, detectable
from augury.verdict.variance import Rule

ONE = Design(n_splits=1, n_seeds=1, n_generators=1, tested=50, tested_once=50, trained=100, trained_once=100)


def test_a_holdout_with_one_seed_by_hand():
    # Pseudo-counts (50^2 x .16/50 + 1) / 52^2, a quarter more for training sets, twice that for the seed none knows.
    specimens = (2500 * 0.16 / 50 + 1) / 52**2
    variance = specimens * 1.25 + specimens / 2
    df = variance**2 / ((1.25 * specimens) ** 2 / 49 + (specimens / 2) ** 2 / 4)
    power = special.stdtrit(df, 0.8) - special.stdtrit(df, 0.025)
    assert detectable(ONE, Pilot(0.16, 0.5), Rule()) == pytest.approx(math.sqrt(variance) * power, rel=1e-3)
    corrected = special.stdtrit(df, 0.8) - special.stdtrit(df, 0.025 / 3)
    assert detectable(ONE, Pilot(0.16, 0.5), Rule(), 3) == pytest.approx(math.sqrt(variance) * corrected, rel=1e-3)


def test_nothing_beyond_a_perfect_score_is_promised():
    wanted = detectable(ONE, Pilot(0.16, 0.5), Rule())
    assert detectable(ONE, Pilot(0.16, 1 - wanted * 1.001), Rule()) is not None
    assert detectable(ONE, Pilot(0.16, 1 - wanted * 0.999), Rule()) is None


@pytest.mark.parametrize("df", [4, 5, 9, 30, 400])
def test_quantiles_agree_with_scipy(df):
    for p in (0.2, 0.8, 0.9, 0.975, 0.995):
        assert design.student(df, p) == pytest.approx(special.stdtrit(df, p), rel=0.003)


@pytest.mark.parametrize("n_splits, n_seeds, n_test, n_train, same_test", [
    (1, 2, 27, 65, False), (3, 1, 35, None, False), (5, 3, 43, None, False), (10, 1, 22, None, False),
    (5, 3, 56, 160, True),
])  # fmt: skip
def test_what_is_announced_is_what_the_verdict_finds(n_splits, n_seeds, n_test, n_train, same_test):
    studied = experiments.Design(n_splits, n_seeds, n_test, same_test, n_train=n_train, seed_effect=0.02)
    rule = studied.rule(Rule())
    tested = n_test if same_test else n_test * n_splits
    planned = Design(
        n_splits, n_seeds, n_seeds, tested, n_test, tested / rule.tested_to_trained, studied.trained
    )  # fmt: skip
    announced = detectable(planned, pilot_of(studied), Rule())
    baseline, arm = experiments.correct(studied, 1000, np.random.default_rng(3))
    judged = decision.judge(
        experiments.evidence_of(baseline, arm, studied.tested_specimens, None, n_test / studied.trained), rule
    )
    assert announced == pytest.approx(np.mean(decision.detectable(judged, rule)), rel=0.05)


def pilot_of(studied):
    """Of two trainings of both arms on very many specimens."""
    many = dataclasses.replace(studied, n_splits=1, n_seeds=2, n_test=20_000, n_train=100, same_test=False)
    baseline, arm = experiments.correct(many, 4, np.random.default_rng(0))
    gains = arm[:, 0].astype(float) - baseline[:, 0]  # (4, 2, N)
    variance = gains.var(axis=2).mean()
    shared = np.mean([np.cov(pair)[0, 1] for pair in gains]) / variance
    return Pilot(variance, 0.2, shared, 2 * studied.seed_effect**2)


def test_equal_arms_are_shown_to_be_so_as_often_as_announced():
    studied = experiments.Design(5, 3, 60, seed_effect=0.02)
    planned = Design(5, 3, 3, 300, 60, 300, 240)
    rule = dataclasses.replace(studied.rule(Rule()), margin=design.margin(planned, pilot_of(studied), Rule()))
    # As much as the allowance for training sets holds varies here; they are shared by all folds.
    varying = dataclasses.replace(studied, training_sets=0.5, correlation=1.0)
    baseline, arm = experiments.correct(varying, 1000, np.random.default_rng(4))
    judged = decision.judge(experiments.evidence_of(baseline, arm), rule)
    assert (judged.p_equivalence < rule.alpha).mean() == pytest.approx(0.8, abs=0.06)


def test_more_of_the_same_collection_resolves_a_worthwhile_gain():
    pilot, rule = Pilot(0.16, 0.8), Rule()
    factor = design.times_needed(ONE, pilot, rule)
    assert detectable(ONE.times(factor), pilot, rule) == pytest.approx(rule.target_difference, rel=1e-3)
    # Seeds that differ by more than the target difference can be averaged by no number of specimens.
    two, unlike = dataclasses.replace(ONE, n_splits=2), dataclasses.replace(pilot, seeds=0.01)
    assert design.times_needed(two, unlike, rule) is None
    assert design.times_needed(ONE, dataclasses.replace(pilot, baseline=0.96), rule) is None


def test_every_further_training_of_a_design_sees_more():
    pilot = Pilot(0.16, 0.5)
    seeds = [detectable(dataclasses.replace(ONE, n_seeds=n, n_generators=n), pilot, Rule()) for n in (1, 2, 5)]
    assert seeds == sorted(seeds, reverse=True)
    folds = dataclasses.replace(ONE, n_splits=3, tested=150, trained=150)
    assert detectable(folds, pilot, Rule()) < seeds[-1]
    repeated = dataclasses.replace(folds, n_splits=9)
    assert detectable(repeated, pilot, Rule()) < detectable(folds, pilot, Rule())
    uneven = dataclasses.replace(repeated, evenness=0.5)
    assert detectable(uneven, pilot, Rule()) > detectable(repeated, pilot, Rule())


def test_an_assumed_pilot_is_the_variance_of_two_bernoulli_variables():
    random = np.random.default_rng(0)
    # Two classifiers, right with probability .8: with probability .5 they draw once for both, so correlated by .5.
    one, other = (random.random((2, 400_000)) < 0.8).astype(float)
    same = random.random(400_000) < 0.5
    gains = np.where(same, 0.0, one - other)
    assert design.assumed(0.8).variance == pytest.approx(gains.var(), rel=0.02)


def test_a_measure_that_moves_by_degrees_has_a_floor_and_no_pseudo_counts():
    rule = Rule(training_set_variance=0)
    two = dataclasses.replace(ONE, n_splits=2, tested=100)
    for counts, least, variance in ((True, 0.0, 1 / 102**2), (False, 0.25, (0.25 / 102) ** 2), (False, 0.0, 1e-12)):
        expected = design.expected(two, Pilot(0.0, 0.5, seeds=0.0, counts=counts, least=least))
        assert expected.specimens == pytest.approx(variance)
        assert variance_of(expected, rule) >= variance


def variance_of(expected, rule):
    return decision.judge(expected, rule).error ** 2
