"""Brier score and log loss against scikit-learn and by hand, and what a temperature takes off."""

import numpy as np
import pytest
from scipy import optimize
from sklearn import metrics

from augury.metrics.classification import score
from augury.metrics.proper_scores import PROPER, proper_scores, temperature_slopes
from augury.metrics.temperature import at_temperature, fit_temperature
from augury.metrics.temperature_prior import UNFITTED, fit_with_prior, temperature_pulls


def judged(n, temperature, seed):
    """Labels drawn from 4 true probabilities, and what a classifier says that is off by the temperature."""
    random = np.random.default_rng(seed)
    truth = random.dirichlet(np.full(4, 0.6), n)
    labels = np.array([random.choice(4, p=row) for row in truth])
    return labels, at_temperature(truth, temperature), truth


def test_scores_equal_those_of_scikit_learn_with_weights():
    labels, probabilities, _ = judged(300, 1.0, 1)
    weights = np.random.default_rng(2).integers(0, 4, (3, 300)).astype(float)
    scores = score(labels, probabilities, weights)
    for b, weight in enumerate(weights):
        brier = metrics.brier_score_loss(labels, probabilities, sample_weight=weight, scale_by_half=False)
        assert scores.brier[b] == pytest.approx(brier, rel=1e-12)
        clipped = np.clip(probabilities[np.arange(300), labels], 1e-4, 1)
        assert scores.log_loss[b] == pytest.approx(np.average(-np.log(clipped), weights=weight), rel=1e-12)
    usual = metrics.log_loss(labels, probabilities)
    assert scores.macro("log_loss").shape == (3,)
    assert score(labels, probabilities).log_loss[0] == pytest.approx(usual, abs=0.01)  # few are below the clip


def test_scores_by_hand():
    # (.7 - 1)^2 + .2^2 + .1^2 = .14; an answer that is surely wrong has 2, and a log loss of -ln .0001.
    values = proper_scores([0, 1], [[0.7, 0.2, 0.1], [1.0, 0.0, 0.0]], UNFITTED)
    np.testing.assert_allclose(values[:, :2], [[0.14, -np.log(0.7)], [2, np.log(10_000)]], rtol=1e-12)


@pytest.mark.parametrize("temperature", [0.4, 2.5])
def test_what_is_too_sure_or_too_unsure_is_calibration_not_refinement(temperature):
    labels, probabilities, truth = judged(20_000, temperature, 3)
    fitted = fit_temperature(*judged(20_000, temperature, 4)[1::-1])
    scores = score(labels, probabilities, None, fitted)
    honest = score(labels, truth)
    # At its own temperature the classifier is as good as the truth; what it lost before is the calibration loss.
    assert scores.brier[0] == pytest.approx(honest.brier[0], abs=1e-3)
    assert scores.log_loss[0] == pytest.approx(honest.log_loss[0], abs=2e-3)
    raw = score(labels, probabilities)
    assert scores.brier_calibration[0] == pytest.approx(raw.brier[0] - honest.brier[0], abs=1e-3)
    assert scores.brier_calibration[0] > 0.02
    assert scores.log_loss[0] + scores.log_loss_calibration[0] == pytest.approx(raw.log_loss[0], rel=1e-12)


def test_without_validation_images_calibration_is_unknown_and_scores_are_raw():
    labels, probabilities, _ = judged(50, 2.0, 5)
    values = dict(zip(PROPER, proper_scores(labels, probabilities, UNFITTED).T, strict=True))
    assert np.isnan(values["brier_calibration"]).all()
    assert np.isnan(values["log_loss_calibration"]).all()
    assert values["brier"].mean() == pytest.approx(metrics.brier_score_loss(labels, probabilities, scale_by_half=False))


def test_few_validation_images_do_not_lead_the_temperature_astray():
    labels, probabilities, _ = judged(5, 1.0, 7)
    right = np.eye(4)[labels] * 0.6 + 0.1
    wrong = np.eye(4)[(labels + 1) % 4] * 0.6 + 0.1
    assert 0.6 < fit_with_prior(right, labels).temperature < 1  # alone they would have it fall for ever
    assert 1 < fit_with_prior(wrong, labels).temperature < 2.5  # and rise for ever
    many = judged(20_000, 2.5, 8)
    drawn, alone = (fit(many[1], many[0]).temperature for fit in (fit_with_prior, fit_temperature))
    assert drawn == pytest.approx(alone, rel=0.03)  # some of what is wrong is taken for wrong labels
    assert fit_with_prior(probabilities[:0], labels[:0]) == UNFITTED


def test_the_temperature_with_a_prior_is_where_its_posterior_is_largest():
    labels, probabilities, _ = judged(25, 2.0, 9)

    def loss(log_temperature):
        scaled = at_temperature(probabilities, np.exp(log_temperature))
        believed = 0.99 * scaled[np.arange(25), labels] + 0.01 / 4
        return -np.log(believed).sum() + log_temperature**2 / (2 * 0.5**2)

    optimum = optimize.minimize_scalar(loss, bounds=(-3, 3), method="bounded", options={"xatol": 1e-8}).x
    assert fit_with_prior(probabilities, labels).temperature == pytest.approx(np.exp(optimum), rel=1e-5)


def test_one_sure_mistake_does_not_blur_every_answer():
    labels, probabilities, _ = judged(40, 0.7, 11)
    usual = fit_with_prior(probabilities, labels).temperature
    probabilities[0] = np.eye(4)[(labels[0] + 1) % 4] * (1 - 4e-9) + 1e-9
    assert fit_temperature(probabilities, labels).temperature > 1.5 * usual
    assert fit_with_prior(probabilities, labels).temperature < 1.25 * usual


def test_replicates_know_that_other_validation_images_would_give_another_temperature():
    """Spread of the Brier score of the same test images over 400 validation parts, and as one such part tells it."""
    labels, probabilities, _ = judged(2000, 0.5, 10)
    scores, added = [], []
    for seed in range(400):
        other, theirs, _ = judged(40, 0.5, 1000 + seed)
        fitted = fit_with_prior(theirs, other)
        scores.append(score(labels, probabilities, None, fitted).brier[0])
        pulls = temperature_pulls(theirs, other, fitted.temperature)
        added.append(np.square(pulls).sum() * temperature_slopes(labels, probabilities, fitted)[0] ** 2)
    assert np.sqrt(np.mean(added)) == pytest.approx(np.std(scores), rel=0.25)
