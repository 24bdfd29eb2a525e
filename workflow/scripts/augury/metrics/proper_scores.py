"""Brier score and log loss: how good probabilities are, and how much of what they lack is calibration.

Both are means over images, less is better, and no probabilities but the true ones have a lower expectation (Gneiting
and Raftery 2007, JASA 102:359). They are taken at each run's own temperature, fitted to its validation images, so that
a classifier that is merely too sure of itself, which one number mends, is not taken for a worse one. What the
temperature takes off is given apart: the calibration loss (Kull and Flach 2015, ECML 9284:68), as far as one number
mends it. As other images chose that number, the test images do not flatter it: it may be negative by chance. What stays
is mostly refinement: how far classes are told apart. Bins over test images (Murphy 1973) find a calibration loss in
whatever is judged on few specimens (Broecker 2012, Climate Dynamics 39:655); benchmarks/calibration_bias.py has both.
"""

from dataclasses import replace

import numpy as np

from augury.metrics.temperature import Fitted, at_temperature
from augury.tables.measures import LEAST

_STEP = 1e-3
PROPER = ("brier", "log_loss", "brier_calibration", "log_loss_calibration")


def brier(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """(N,): the sum over classes of (p - y)^2, 0 to 2 (Brier 1950, Monthly Weather Review 78:1)."""
    return np.square(probabilities - np.eye(probabilities.shape[1])[labels]).sum(axis=1)


def log_loss(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """(N,): -ln of the true class's probability, 0 to -ln `LEAST`."""
    return -np.log(np.clip(probabilities[np.arange(len(labels)), labels], LEAST, 1.0))


def proper_scores(labels: np.ndarray, probabilities: np.ndarray, fitted: Fitted) -> np.ndarray:
    """(N, 4) of each image, in the order of `PROPER`; calibration is nan where no image was there to fit to."""
    labels = np.asarray(labels)
    probabilities = np.asarray(probabilities, dtype=np.float64)
    raw = np.stack([brier(labels, probabilities), log_loss(labels, probabilities)], axis=1)
    if fitted.temperature == 1:
        return np.concatenate([raw, np.full_like(raw, 0.0 if fitted.images else np.nan)], axis=1)
    mended = at_temperature(probabilities, fitted.temperature)
    after = np.stack([brier(labels, mended), log_loss(labels, mended)], axis=1)
    return np.concatenate([after, raw - after], axis=1)


def temperature_slopes(labels: np.ndarray, probabilities: np.ndarray, fitted: Fitted) -> np.ndarray:
    """(4,): by how much each mean over images changes with ln T, in the order of `PROPER`."""
    above, below = (
        proper_scores(labels, probabilities, replace(fitted, temperature=fitted.temperature * np.exp(side * _STEP)))
        for side in (1, -1)
    )
    return (above - below).mean(axis=0) / (2 * _STEP)
