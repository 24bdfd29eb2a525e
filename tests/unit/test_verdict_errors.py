"""A thousand simulated studies of each design: how often the verdict errs, and whether it finds what it announces."""

import dataclasses

import numpy as np
import pytest

from augury.verdict.decision import Rule, detectable, judge
from augury.verdict.experiments import Design, correct, evidence_of, rates

DESIGNS = {
    "folds": Design(n_splits=5, n_test=43),
    "folds, one seed": Design(n_splits=5, n_test=43, n_seeds=1),
    "three folds, one seed": Design(n_splits=3, n_test=35, n_seeds=1),
    "ten folds": Design(n_splits=10, n_test=22),
    "the same test part": Design(n_splits=5, n_test=56, same_test=True, n_train=160),
    "the same test part, trainings that agree": Design(n_splits=5, n_test=56, same_test=True, n_train=160, whim=0.1),
    "one split": Design(n_splits=1, n_test=54, n_train=140),
    "one small split": Design(n_splits=1, n_test=27, n_seeds=2, n_train=65),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("size", [0.0, 0.5, 1.0])
def test_arms_that_are_alike_are_called_so(name, size):
    for seed_effect in (0.01, 0.03):
        design = dataclasses.replace(DESIGNS[name], seed_effect=seed_effect, training_sets=size)
        found = rates(design, Rule(), experiments=2000)
        assert found.said <= 0.05 + 2 * found.error(0.05), (seed_effect, found)


@pytest.mark.slow
@pytest.mark.parametrize("name", DESIGNS)
def test_planted_effects_are_found_with_the_power_announced(name):
    for size in (0.0, 0.5):
        design = dataclasses.replace(DESIGNS[name], training_sets=size)
        pilot = evidence_of(*correct(design, 300, np.random.default_rng(1)), design.same_test)
        effect = float(np.mean(detectable(judge(pilot, design.rule(Rule())), design.rule(Rule()))))
        found = rates(dataclasses.replace(design, effect=effect), Rule(), experiments=1000)
        assert found.helps >= found.announced - 2 * found.error(0.8), (size, found)
        assert found.hurts == 0


def test_a_plain_t_test_over_folds_would_err_often():
    """The simulation can tell a bad test from a good one: where training sets matter, the plain one fails."""
    found = rates(Design(n_splits=5, n_test=400, correlation=0.8, training_sets=8.0), Rule(), experiments=300)
    assert found.paired > 0.12
    assert found.specimens > 0.2
    assert 0.2 < found.fold_correlation < 0.7
    as_stated = rates(Design(n_splits=5, n_test=400, training_sets=1.0), Rule(), experiments=300)
    assert as_stated.said < 0.09 < as_stated.specimens
