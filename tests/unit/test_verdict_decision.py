"""Tests, words, power and numbers needed, against hand calculation and scipy.stats."""

import dataclasses

import baycomp
import numpy as np
import pytest
from scipy import stats

from augury.tables.verdict import EQUIVALENT, HELPS, HURTS, UNDERPOWERED
from augury.verdict import decision
from augury.verdict.components import Evidence
from augury.verdict.decision import Rule


def evidence(difference=0.05, n_splits=5, one_split=0.0025, seeds=0.0, spread=None, df=200.0):
    """Disjoint folds whose spread is what their test noise makes of it."""
    return Evidence(
        difference=difference, n_splits=n_splits, specimens=one_split / n_splits, lasting=one_split / n_splits,
        within=one_split, seeds=seeds, spread=one_split + seeds if spread is None else spread, df=df, seed_df=10.0,
    )  # fmt: skip


def test_the_corrected_t_test_is_the_published_formula():
    differences = np.array([0.02, 0.05, -0.01, 0.04, 0.03])
    gathered = evidence(difference=differences.mean(), spread=differences.var(ddof=1))
    # Nadeau and Bengio, equation 9: n_test over n_train beside 1 over J.
    t = differences.mean() / np.sqrt((1 / 5 + 0.25) * differences.var(ddof=1))
    assert decision.corrected_p(gathered, Rule(test_to_train=0.25)) == pytest.approx(2 * stats.t.sf(t, 4))
    plain = stats.ttest_1samp(differences, 0).pvalue
    assert decision.corrected_p(gathered, Rule(test_to_train=0.0)) == pytest.approx(plain)


def test_mcnemar_is_the_exact_binomial_test():
    for first, second in ((9, 1), (3, 3), (0, 6), (12, 5)):
        assert decision.mcnemar(first, second) == pytest.approx(stats.binomtest(first, first + second).pvalue)
    assert decision.mcnemar(0, 0) == 1


def test_the_standard_error_holds_specimens_training_sets_and_seeds():
    rule = Rule(tested_to_trained=1.25, training_set_variance=0.5)
    judged = decision.judge(evidence(one_split=0.0025, seeds=0.0005), rule)
    # By hand: 0.0025/5, half of it times 1.25 for training sets, and 0.0005/5; Satterthwaite's degrees of freedom.
    parts = 0.0005 * (1 + 0.5 * 1.25), 0.0001
    assert judged.error == pytest.approx(np.sqrt(sum(parts)))
    df = sum(parts) ** 2 / (parts[0] ** 2 / 200 + parts[1] ** 2 / 10)
    assert judged.df == pytest.approx(df)
    assert judged.p == pytest.approx(2 * stats.t.sf(0.05 / judged.error, df))
    here = decision.judge(evidence(one_split=0.0025, seeds=0.0005), Rule(training_set_variance=0))
    assert here.error == pytest.approx(np.sqrt(0.0006))


def test_splits_that_lie_too_far_apart_decide_themselves():
    rule = Rule(test_to_train=0.25)
    near = decision.judge(evidence(difference=0.2, spread=0.0025 * stats.chi2.isf(0.02, 4) / 4), rule)
    far = decision.judge(evidence(difference=0.2, spread=0.0025 * stats.chi2.isf(0.009, 4) / 4), rule)
    assert not near.by_splits
    assert far.by_splits
    spread = 0.0025 * stats.chi2.isf(0.009, 4) / 4
    assert far.p == pytest.approx(2 * stats.t.sf(0.2 / np.sqrt(0.45 * spread), 4))


def test_one_split_needs_no_spread():
    rule = Rule(tested_to_trained=0.5, training_set_variance=1.0)
    judged = decision.judge(evidence(n_splits=1, spread=float("nan")), rule)
    assert judged.error == pytest.approx(np.sqrt(1.5 * 0.0025))


def test_chances_are_those_of_the_published_posterior():
    judged = decision.judge(evidence(difference=0.02), Rule(margin=0.01))
    drawn = 0.02 + judged.error * stats.t.rvs(judged.df, size=400_000, random_state=0)
    expected = (drawn < -0.01).mean(), (np.abs(drawn) < 0.01).mean(), (drawn > 0.01).mean()
    assert decision.chances(judged, Rule(margin=0.01)) == pytest.approx(expected, abs=0.003)


@pytest.mark.parametrize("runs", [1, 2])
def test_chances_are_baycomps_where_the_variance_is_theirs(runs):
    """Splits that lie too far apart: the corrected variance of Nadeau and Bengio decides, as in two_on_single."""
    random = np.random.default_rng(runs)
    for centre in (-0.05, 0.0, 0.02, 0.3):
        baseline = random.normal(0.7, 0.05, 5 * runs)
        arm = baseline + random.normal(centre, 0.04, 5 * runs)
        differences = arm - baseline
        gathered = evidence(differences.mean(), 5 * runs, 1e-6, spread=differences.var(ddof=1))
        rule = Rule(margin=0.01, test_to_train=0.25)
        judged = decision.judge(gathered, rule)
        assert judged.by_splits
        theirs = baycomp.two_on_single(baseline, arm, rope=0.01, runs=runs)
        assert decision.chances(judged, rule) == pytest.approx(theirs, abs=1e-12)


def test_equivalence_is_two_one_sided_tests():
    judged = decision.judge(evidence(difference=0.002, one_split=1e-6), Rule(margin=0.01))
    above = stats.t.sf((0.002 + 0.01) / judged.error, 200)
    below = stats.t.cdf((0.002 - 0.01) / judged.error, 200)
    assert judged.p_equivalence == pytest.approx(max(above, below))


def test_the_interval_leaves_out_0_when_p_is_below_alpha():
    rule = Rule()
    for difference in (0.05, 0.103, 0.104, 0.105, 0.106, 0.15):
        judged = decision.judge(evidence(difference=difference), rule)
        low, high = decision.interval(judged, rule.alpha)
        assert (low > 0) == (judged.p < 0.05)
        assert high - difference == pytest.approx(difference - low)


@pytest.mark.parametrize(
    "difference, p, p_equivalence, word",
    [
        (0.1, 0.01, 0.9, HELPS), (-0.1, 0.01, 0.9, HURTS), (0.1, 0.06, 0.9, UNDERPOWERED),
        (0.001, 0.4, 0.01, EQUIVALENT), (0.005, 0.01, 0.01, EQUIVALENT), (0.1, None, None, UNDERPOWERED),
    ],
)  # fmt: skip
def test_words(difference, p, p_equivalence, word):
    assert decision.word(difference, p, p_equivalence, 0.05) == word


def test_a_detectable_difference_has_the_power_asked_for():
    rule = Rule(power=0.8)
    judged = decision.judge(evidence(df=60.0), rule)
    for tests in (1, 6):
        effect = decision.detectable(judged, rule, tests)
        assert decision.power(judged, effect, rule, tests) == pytest.approx(0.8, abs=0.01)
    # An independent count: a noncentral t, drawn.
    random = np.random.default_rng(0)
    drawn = (random.normal(size=200_000) + decision.detectable(judged, rule) / judged.error) / np.sqrt(
        random.chisquare(60, 200_000) / 60
    )
    assert (np.abs(drawn) > stats.t.isf(0.025, 60)).mean() == pytest.approx(0.8, abs=0.01)


def test_the_specimens_needed_resolve_a_worthwhile_gain():
    rule, judged = Rule(target_difference=0.02, test_to_train=0.25), evidence(seeds=1e-6)
    n = decision.specimens_needed(judged, decision.judge(judged, rule), 200, rule)
    shrunk = {name: getattr(judged, name) * 200 / n for name in ("specimens", "within", "spread", "lasting")}
    larger = dataclasses.replace(judged, **shrunk)
    assert 0.79 < decision.power(decision.judge(larger, rule), 0.02, rule) < 0.85  # the number is rounded upwards
    assert n == int(float(f"{n:.1e}"))  # two digits


def test_what_seeds_were_seen_to_add_stays_in_a_larger_collection_and_what_was_taken_for_it_does_not():
    rule, gathered = Rule(target_difference=0.05), evidence(seeds=0.0005)
    seen, taken = (
        decision.specimens_needed(each, decision.judge(each, rule), 200, rule)
        for each in (gathered, dataclasses.replace(gathered, taken=0.0005))
    )
    # By hand: 1.5 x 0.0005, and 0.0001 of seeds, all of it seen or none; (0.05 / 2.8016)^2 = 3.185e-4 is wanted.
    assert seen == 690  # 200 x 0.00075 / (0.0003185 - 0.0001) = 686
    assert taken == 540  # 200 x 0.00085 / 0.0003185 = 534


def test_where_trainings_differ_too_much_no_number_of_specimens_is_named():
    gathered = evidence(seeds=0.005)
    rule = Rule(target_difference=0.05)
    assert decision.specimens_needed(gathered, decision.judge(gathered, rule), 200, rule) is None
    assert decision.splits_needed(gathered, decision.judge(gathered, rule), rule) is None


def test_splits_help_where_trainings_are_the_noise():
    gathered = Evidence(0.0, 5, 1e-6, 1e-7, 1e-6, 1e-4, 1e-4, 50.0, 20.0)
    rule = Rule(training_set_variance=0.0, target_difference=0.01)
    n = decision.splits_needed(gathered, decision.judge(gathered, rule), rule)
    # By hand: 1e-7 + 0.9e-6 * 5 / n + 1e-4 / n must be at most (0.01 / 2.8016)^2 = 1.274e-5, so n at least 8.27.
    assert n == 9


@pytest.mark.parametrize("df", [3, 10, 240, 5000])
def test_power_is_known_however_far_the_effect_lies(df):
    errors = 0.05 / np.array([1.0, 5, 20, 30, 38, 39, 50, 1000])
    judged = decision.Judgement(0.0, errors, np.full(8, float(df)), 1.0, 1.0, False)
    power = decision.power(judged, 0.05, Rule())
    assert np.all((power > 0) & (power <= 1))
    assert power[2:] == pytest.approx(1.0)
    assert power[0] == pytest.approx(stats.nct.sf(stats.t.isf(0.025, df), df, 1), abs=0.01)
