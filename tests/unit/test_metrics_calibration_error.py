"""Reliability and the expected calibration error, by hand and by simulation."""

import numpy as np
import pytest

from augury.metrics.calibration_error import calibration_error, expected_error, reliability


def test_by_hand():
    # Two bins of width 1/2: {0.3, 0.5} with one of two right, {0.9, 0.7} with both right. 0.5 is in the lower bin.
    confidence, right = np.array([0.3, 0.5, 0.9, 0.7]), np.array([True, False, True, True])
    bins = reliability(confidence, right, bins=2)
    assert bins.confidence.tolist() == pytest.approx([0.4, 0.8])
    assert bins.accuracy.tolist() == [0.5, 1.0]
    assert bins.counts.tolist() == [2, 2]
    # |0.5 - 0.4| / 2 + |1 - 0.8| / 2
    assert expected_error(confidence, right, bins=2) == pytest.approx(0.15)


def test_the_interval_is_that_of_answers_repeated_as_often_as_their_specimen_is_drawn():
    random = np.random.default_rng(0)
    confidence, right, specimens = random.random(30), random.random(30) < 0.5, np.repeat(np.arange(10), 3)
    drawn = random.multinomial(10, np.full(10, 0.1), 40)
    interval = calibration_error(confidence, right, specimens, drawn.astype(float))
    times = drawn[:, specimens]
    repeated = np.array([expected_error(np.repeat(confidence, n), np.repeat(right, n)) for n in times])
    value = expected_error(confidence, right)
    shifted = repeated - repeated.mean() + value
    assert interval.value == value
    assert (interval.low, interval.high) == pytest.approx(tuple(np.quantile(shifted, [0.025, 0.975])))


def test_ends_of_the_scale_have_a_bin():
    assert reliability(np.array([0.0, 1.0]), np.array([False, True])).counts.tolist() == [1, 1]


def test_the_interval_holds_the_value_and_chance_explains_an_honest_classifier():
    random = np.random.default_rng(3)
    confidence = random.uniform(0.4, 1, 200)
    drawn = np.arange(200), random.multinomial(200, np.full(200, 1 / 200), 500).astype(float)
    honest = calibration_error(confidence, random.random(200) < confidence, *drawn)
    assert honest.low < honest.value < honest.high
    assert honest.value < 2 * honest.by_chance
    # Right half as often as it says: off by half the mean confidence of 0.7, far more than chance.
    boasting = calibration_error(confidence, random.random(200) < confidence / 2, *drawn)
    assert boasting.value == pytest.approx(0.35, abs=0.07)
    assert boasting.low > 2 * boasting.by_chance
