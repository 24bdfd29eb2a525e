"""Temperature scaling, against answers that can be worked out by hand and an optimiser of another kind."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from augury.metrics.temperature import at_temperature, fit_temperature


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def test_two_classes_by_hand():
    # Four images called with probability 0.9, three of them rightly: the likeliest probability is 3/4, whose odds are
    # 3 where they were 9, so 9^(1/T) = 3 and T = 2.
    shown = np.array([[0.9, 0.1]] * 4)
    fitted = fit_temperature(shown, np.array([0, 0, 0, 1]))
    assert fitted.temperature == pytest.approx(2, abs=1e-6)
    np.testing.assert_allclose(at_temperature(shown, fitted.temperature), [[0.75, 0.25]] * 4, rtol=1e-6)
    assert (fitted.images, fitted.reason) == (4, "")


def test_scaled_probabilities_are_those_of_scaled_logits():
    logits = np.random.default_rng(0).normal(size=(20, 5)) * 3
    np.testing.assert_allclose(at_temperature(softmax(logits), 1.7), softmax(logits / 1.7), rtol=1e-12)
    np.testing.assert_allclose(at_temperature(softmax(logits), 1.0), softmax(logits), rtol=1e-12)


def test_the_temperature_that_labels_were_drawn_at_is_found_and_is_the_least_loss():
    random = np.random.default_rng(1)
    logits = random.normal(size=(4000, 4)) * 2
    labels = np.array([random.choice(4, p=row) for row in softmax(logits)])
    shown = softmax(logits * 2.5)  # too sure by 2.5
    optimum = fit_temperature(shown, labels).temperature
    assert optimum == pytest.approx(2.5, rel=0.06)

    def loss(log_temperature):
        scaled = softmax(logits * 2.5 / np.exp(log_temperature))
        return -np.log(scaled[np.arange(4000), labels]).mean()

    assert optimum == pytest.approx(np.exp(minimize_scalar(loss, bounds=(-2, 3), method="bounded").x), rel=1e-4)


def test_nothing_is_fitted_without_images_or_without_an_error():
    none = fit_temperature(np.zeros((0, 3)), np.zeros(0, dtype=int))
    assert (none.temperature, none.images) == (1.0, 0)
    assert "no validation images" in none.reason
    right = fit_temperature(np.array([[0.6, 0.4], [0.2, 0.8]]), np.array([0, 1]))
    assert (right.temperature, right.images) == (1.0, 2)
    assert "all 2 validation images" in right.reason


def test_certain_errors_and_worse_than_chance_stay_finite():
    # A softmax in float32 says exactly 0 of a class; all wrong is worse than chance, and the greatest temperature.
    wrong = np.array([[1.0, 0.0], [0.0, 1.0]])
    fitted = fit_temperature(wrong, np.array([1, 0]))
    assert fitted.temperature == 20
    assert (at_temperature(wrong, fitted.temperature) > 0).all()
