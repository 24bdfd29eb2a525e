"""Temperature scaling: probabilities that say how often a classifier is right (Guo et al. 2017, arXiv:1706.04599).

One number divides the logits before the softmax (their section 4.2). It is fitted here to probabilities: the logarithm
of a probability is its logit but for a constant a row, which the softmax takes out. So a table of predictions is
enough, and averages of several views of an image, which have no logits, can be scaled as well.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

LEAST, MOST = 0.05, 20.0  # temperatures that are looked at
_FLOOR = float(np.finfo(np.float32).tiny)  # a softmax in float32 may say 0


@dataclass(frozen=True, slots=True)
class Fitted:
    """A temperature and what it was fitted to."""

    temperature: float
    images: int  # that it was fitted to
    reason: str  # why the temperature is 1 though nothing was fitted; empty where it was


def fit_temperature(probabilities: np.ndarray, labels: np.ndarray) -> Fitted:
    """The temperature that makes the true classes of held-out images most likely.

    probabilities: (N, K), labels: (N,) int. It is 1 without images, and where none of them is called wrongly: the
    likelihood then grows for ever as the temperature falls, and says nothing about how sure to be.
    """
    probabilities, labels = np.asarray(probabilities, dtype=np.float64), np.asarray(labels)
    if not len(labels):
        return Fitted(1.0, 0, "there are no validation images")
    if (probabilities.argmax(axis=1) == labels).all():
        return Fitted(1.0, len(labels), f"all {len(labels)} validation images are called rightly")
    logs = _logs(probabilities)
    true = logs[np.arange(len(labels)), labels]

    def slope(coldness: float) -> float:
        # Derivative of the loss by 1 / temperature, in which it is convex.
        return float(((at_temperature(probabilities, 1 / coldness) * logs).sum(axis=1) - true).mean())

    low, high = 1 / MOST, 1 / LEAST
    if slope(low) >= 0:
        coldness = low
    elif slope(high) <= 0:
        coldness = high
    else:
        coldness = brentq(slope, low, high, xtol=1e-9)
    return Fitted(float(1 / coldness), len(labels), "")


def at_temperature(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities (N, K) at another temperature: softmax(log p / T), in float64. The order of classes stays."""
    logs = _logs(np.asarray(probabilities, dtype=np.float64)) / temperature
    powers = np.exp(logs - logs.max(axis=1, keepdims=True)) if len(logs) else logs
    return powers / powers.sum(axis=1, keepdims=True)


def _logs(probabilities: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(probabilities, _FLOOR))
