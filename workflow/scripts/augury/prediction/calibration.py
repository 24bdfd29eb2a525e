"""What held-out images say of a classifier's answers: a temperature, and what thresholds for new images are made of.

It lies in classifier.json under `calibration`, of a trained classifier, of an ensemble and, by way of a recipe, of one
that was trained on every specimen. Lists of numbers are texts there, one a line.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from augury.command.errors import UserError
from augury.metrics.conformal import shares
from augury.metrics.temperature import at_temperature
from augury.metrics.temperature_prior import fit_with_prior

MOST_IMAGES = 10_000  # of which a calibration is made


@dataclass(frozen=True, slots=True)
class Calibration:
    """Of m held-out images, of which one specimen's weigh 1 together."""

    temperature: float
    images: int  # that the temperature was fitted to
    reason: str  # why nothing was fitted; empty where it was
    labels: np.ndarray  # (m,) int64, of their true classes
    true: np.ndarray  # (m,) calibrated probability of the true class
    best: np.ndarray  # (m,) and of the class that is called
    weights: np.ndarray  # (m,)
    scores: np.ndarray  # (m,) how unlike the training images they are; or (0,) where that is unknown

    def record(self) -> dict[str, Any]:
        """As classifier.json holds it."""
        fields = dataclasses.asdict(self)
        return {name: _text(value) if isinstance(value, np.ndarray) else value for name, value in fields.items()}


def kept_of(count: int) -> np.ndarray:
    """Which of so many held-out images a calibration is made of: the same ones of all classifiers of a split."""
    return np.sort(np.random.default_rng(0).permutation(count)[:MOST_IMAGES])


def calibrate(
    probabilities: np.ndarray, labels: np.ndarray, specimens: Sequence[str], scores: np.ndarray
) -> Calibration:
    """Of held-out images: probabilities (m, K), labels (m,), specimens (m,) and scores (m,), or (0,) if unknown."""
    labels = np.asarray(labels, dtype=np.int64)
    fitted = fit_with_prior(probabilities, labels)
    calibrated = at_temperature(probabilities, fitted.temperature)
    return Calibration(
        **dataclasses.asdict(fitted),
        labels=labels,
        true=calibrated[np.arange(len(labels)), labels],
        best=calibrated.max(axis=1, initial=0),
        weights=shares(specimens),
        scores=scores,
    )


def calibration_of(record: Mapping[str, Any], source: str | Path) -> Calibration:
    """That of a classifier.json. Raises UserError where there is none."""
    made = record.get("calibration") or {}
    try:
        lists = {name: _numbers(made[name]) for name in ("labels", "true", "best", "weights", "scores")}
        lists["labels"] = lists["labels"].astype(np.int64)
        return Calibration(made["temperature"], made["images"], made["reason"], **lists)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UserError(f"{source} records no calibration that can be read; run the step that wrote it again") from None


def scores_of(record: Mapping[str, Any]) -> np.ndarray:
    """Scores of the held-out images that a classifier.json keeps, (m,); none where it keeps none."""
    return _numbers((record.get("calibration") or {}).get("scores") or "")


def _text(values: np.ndarray) -> str:
    return " ".join(f"{value:.7g}" for value in values.tolist())


def _numbers(text: str) -> np.ndarray:
    return np.array([float(word) for word in text.split()], dtype=np.float64)
