"""Intervals of what a gain is worth hold the truth, in studies whose truth is known."""

import numpy as np
import pytest
import worth_coverage

from augury.tables.worth import BEYOND
from augury.verdict import worth
from augury.verdict.variance import Rule

STUDIES = 16  # of four arms each


@pytest.fixture
def coverage(monkeypatch):
    monkeypatch.setattr(worth, "Bootstrap", worth_coverage.Accuracy)
    return worth_coverage


@pytest.mark.slow
@pytest.mark.parametrize("variance", [0.0, Rule().training_set_variance])
@pytest.mark.parametrize(("tested", "splits", "bounded"), [(27, 5, 0.3), (54, 5, 0.6), (108, 1, 0.75), (216, 5, 0.9)])
def test_they_hold_it_and_have_an_end(coverage, tested, splits, bounded, variance):
    """At most 5% of the arms may be missed; of 64, which come in fours, 59 is what chance leaves of 95%."""
    cases = [coverage.Case("", *each) for study in range(STUDIES) for each in
             coverage.simulated(study, tested, splits, variance)]  # fmt: skip
    assert sum(case.holds for case in cases) >= 59
    assert np.mean([case.bounded for case in cases]) > bounded
    assert np.mean([case.row.status == BEYOND for case in cases]) < 0.05


@pytest.mark.slow
def test_a_baseline_of_few_tests_says_less(coverage):
    few, many = ([coverage.Case("", *each).bounded for study in range(STUDIES) for each in
                  coverage.simulated(study, tested, 1, 0.0)] for tested in (27, 216))  # fmt: skip
    assert np.mean(few) < np.mean(many)
