"""Whether a classifier is right as often as it says: reliability by bins of confidence, and the calibration error.

The confidence of an answer is the probability of the class that is called. Bins are those of Guo et al. 2017
(arXiv:1706.04599, equation 3): of equal width, the m-th of M holds confidences in ((m - 1) / M, m / M].
"""

from dataclasses import dataclass

import numpy as np

from augury.metrics import intervals

BINS = 15
DRAWS = 1000  # of answers by chance


@dataclass(frozen=True, slots=True)
class Reliability:
    """The bins that hold answers, from the least confident up."""

    confidence: np.ndarray  # (m,) mean confidence in each
    accuracy: np.ndarray  # (m,) share of right answers in each
    counts: np.ndarray  # (m,) answers in each


@dataclass(frozen=True, slots=True)
class CalibrationError:
    """The expected calibration error with its 95% interval, and what chance alone would give."""

    value: float
    low: float
    high: float
    by_chance: float  # its mean for a perfectly calibrated classifier with these confidences


def reliability(confidence: np.ndarray, right: np.ndarray, bins: int = BINS) -> Reliability:
    """Mean confidence and accuracy by bin; confidence: (N,) in 0 .. 1, right: (N,) bool."""
    bin_of = _bin_of(confidence, bins)
    counts = np.bincount(bin_of, minlength=bins)
    filled = counts > 0
    sums = [np.bincount(bin_of, weights=values, minlength=bins)[filled] for values in (confidence, right)]
    return Reliability(sums[0] / counts[filled], sums[1] / counts[filled], counts[filled])


def expected_error(confidence: np.ndarray, right: np.ndarray, bins: int = BINS) -> float:
    """The expected calibration error (Guo et al. 2017, equation 5); confidence, right: (N,), N at least 1."""
    gaps = np.bincount(_bin_of(confidence, bins), weights=right - confidence)
    return float(np.abs(gaps).sum() / len(confidence))


def calibration_error(
    confidence: np.ndarray,
    right: np.ndarray,
    specimens: np.ndarray,
    drawn: np.ndarray,
    seed: int = 0,
    bins: int = BINS,
) -> CalibrationError:
    """The error with an interval over specimens.

    specimens: (N,) indices of the S specimens of each answer; drawn: (B, S) bootstrap weights of these. Drawing again
    adds noise of its own to each bin, and absolute values turn noise into error: the replicates lie too high by about
    as much as the value itself does. They are shifted so that their mean is the value, and cut at 0. The value keeps
    its own excess; `by_chance` shows how large that is (consistency resampling, Broecker and Smith 2007, Weather and
    Forecasting 22:651).
    """
    value = expected_error(confidence, right, bins)
    n_specimens = drawn.shape[1]
    cells = np.asarray(specimens) * bins + _bin_of(confidence, bins)
    gaps = np.bincount(cells, weights=right - confidence, minlength=n_specimens * bins).reshape(n_specimens, bins)
    answers = np.bincount(specimens, minlength=n_specimens)
    replicates = np.abs(drawn @ gaps).sum(axis=1) / (drawn @ answers)
    low, high = intervals.percentile(replicates - replicates.mean() + value)
    random = np.random.default_rng(seed)
    draws = [expected_error(confidence, random.random(len(confidence)) < confidence, bins) for _ in range(DRAWS)]
    return CalibrationError(value, max(0.0, float(low)), min(1.0, float(high)), float(np.mean(draws)))


def _bin_of(confidence: np.ndarray, bins: int) -> np.ndarray:
    return np.clip(np.ceil(np.asarray(confidence) * bins).astype(np.int64) - 1, 0, bins - 1)
