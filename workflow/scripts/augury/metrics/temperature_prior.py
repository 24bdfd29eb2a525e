"""The temperature of few validation images, which alone would lead it far astray: drawn towards 1, and how unsure.

It is the one that classifiers are used at, and compared at.
"""

import numpy as np
from scipy.optimize import brentq

from augury.metrics.temperature import LEAST, MOST, Fitted, at_temperature, fit_temperature

# Standard deviation of ln T around 0 before any image is seen: as most networks need 1 to 3. Twenty validation images
# alone gave 20, which leaves nothing of an answer, in a tenth of trainings.
PRIOR = 0.5
DOUBT = 0.01  # share of labels that are taken for noise: one sure mistake alone moved the temperature to 12
UNFITTED = fit_temperature(np.zeros((0, 1)), np.zeros(0))


def fit_with_prior(probabilities: np.ndarray, labels: np.ndarray, prior: float = PRIOR) -> Fitted:
    """The temperature that held-out images (N, K) and labels (N,) make likely, and the prior.

    ln T is drawn towards 0, as by a normal prior, and a label counts as right with a chance of 1 - `DOUBT`.
    """
    if not len(labels):
        return UNFITTED
    probabilities, labels = np.asarray(probabilities, dtype=np.float64), np.asarray(labels)

    def slope(log_temperature: float) -> float:
        return _slopes(probabilities, labels, log_temperature).sum() + log_temperature / prior**2

    low, high = np.log(LEAST), np.log(MOST)
    root = low if slope(low) >= 0 else high if slope(high) <= 0 else brentq(slope, low, high, xtol=1e-9)
    return Fitted(float(np.exp(root)), len(labels), "")


def temperature_pulls(
    probabilities: np.ndarray, labels: np.ndarray, temperature: float, prior: float = PRIOR
) -> np.ndarray:
    """(N,): by how much ln T moves where an image counts once more, to first order."""
    if not len(labels):
        return np.zeros(0)
    at, step = np.log(temperature), 1e-4
    above, below = (_slopes(probabilities, labels, at + side * step).sum() for side in (1, -1))
    curvature = (above - below) / (2 * step) + 1 / prior**2
    return -_slopes(probabilities, labels, at) / max(curvature, 1 / prior**2)


def _slopes(probabilities: np.ndarray, labels: np.ndarray, log_temperature: float) -> np.ndarray:
    # Derivative by ln T of each image's -ln((1 - DOUBT) p + DOUBT / K), which nearly stands still where p is hopeless.
    logs, temperature = _logs(probabilities), float(np.exp(log_temperature))
    scaled = at_temperature(probabilities, temperature)
    rows = np.arange(len(labels))
    true = (1 - DOUBT) * scaled[rows, labels]
    weight = true / (true + DOUBT / probabilities.shape[1])
    return weight * (logs[rows, labels] - (scaled * logs).sum(axis=1)) / temperature


def _logs(probabilities: np.ndarray) -> np.ndarray:
    return np.log(at_temperature(probabilities, 1.0))  # no probability is 0 there
