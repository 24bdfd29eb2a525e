"""From which confidence on answers may stand: by hand, by scipy's exact test, and how often the promise is broken."""

import numpy as np
import pytest
from scipy.stats import binomtest

from augury.metrics.abstention import CERTAINTY, affordable, fewest, least_confidence


def test_what_is_affordable_is_what_the_exact_test_lets_pass():
    for answered in (58, 59, 92, 93, 300):
        most = affordable(answered, 0.05)
        if most >= 0:
            assert binomtest(most, answered, 0.05, "less").pvalue <= 1 - CERTAINTY + 1e-9
        assert binomtest(most + 1, answered, 0.05, "less").pvalue > 1 - CERTAINTY
    assert [affordable(n, 0.05) for n in (58, 59, 92, 93)] == [-1, 0, 0, 1]  # tables of acceptance sampling, 95/95
    assert (fewest(0.05), fewest(0.1)) == (59, 29)


def test_the_first_test_that_fails_ends_the_row():
    confidence = np.linspace(1, 0.5, 100)
    right = np.zeros(100, dtype=bool)
    assert least_confidence(confidence, right, np.ones(100), 0.05) == confidence[92]  # of 93 one may be wrong
    once = right.copy()
    once[70] = True
    assert least_confidence(confidence, once, np.ones(100), 0.05) == confidence[92]
    early = right.copy()
    early[10] = True
    assert least_confidence(confidence, early, np.ones(100), 0.05) == np.inf
    assert least_confidence(confidence[:58], right[:58], np.ones(58), 0.05) == np.inf
    assert least_confidence(np.zeros(0), np.zeros(0, dtype=bool), np.zeros(0), 0.05) == np.inf


def test_equally_sure_answers_stand_together_and_specimens_count_once():
    confidence = np.repeat([0.9, 0.8], 40)
    wrong = np.zeros(80, dtype=bool)
    assert least_confidence(confidence, wrong, np.ones(80), 0.05) == 0.8
    assert least_confidence(confidence, wrong, np.full(80, 0.5), 0.05) == np.inf  # 40 specimens of two images
    wrong[60] = True
    assert least_confidence(confidence, wrong, np.ones(80), 0.05) == np.inf


@pytest.mark.slow
@pytest.mark.parametrize("studies", [2000])
@pytest.mark.parametrize(
    "accuracy",
    [
        lambda sure: 0.95 - 0.0001 + 0 * sure,
        lambda sure: 0.955 - 0.03 * (1 - sure),
        lambda sure: np.where(sure > 0.5, 0.97, 0.8),
        lambda sure: sure**0.1,
    ],
)
def test_the_promise_is_broken_as_rarely_as_stated(accuracy, studies):
    random = np.random.default_rng(0)
    grid = np.linspace(0, 1, 100_001)
    error_above = np.cumsum((1 - accuracy(grid))[::-1]) / np.arange(1, len(grid) + 1)
    broken = 0
    for study in range(studies):
        sure = random.random((60, 150, 500)[study % 3])
        limit = least_confidence(sure, random.random(len(sure)) > accuracy(sure), np.ones(len(sure)), 0.05)
        broken += bool(np.isfinite(limit)) and error_above[round((1 - limit) * 100_000)] > 0.05
    assert broken / studies <= 1 - CERTAINTY + 3 * np.sqrt(0.05 * 0.95 / studies)
