"""From where on an answer for a new image is doubted: thresholds that the held-out images of a calibration support."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from augury.command import script
from augury.metrics import abstention, conformal
from augury.prediction.calibration import Calibration

QUANTILE = 0.95  # of validation scores, above which a new image is called out-of-distribution where nobody says another
_SLACK = 1e-3  # of a score: another machine's last digits make no image out-of-distribution


@dataclass(frozen=True, slots=True)
class Limits:
    """Of new images; a limit is None where nothing supports one."""

    score: float | None  # above which an image is out-of-distribution
    least: np.ndarray | None  # (K,) probability from which on a class is in the prediction set
    confidence: float | None  # of the class that is called, below which the classifier abstains


def limits_of(
    calibration: Calibration, classes: Sequence[str], quantile: float, coverage: float, error: float
) -> Limits:
    """Logged, with what they are worth. All shares are 0 to 1; see predict_images for what they mean."""
    return Limits(
        score=score_limit(calibration, quantile),
        least=_least(calibration, classes, coverage),
        confidence=_confidence(calibration, error),
    )


def score_limit(calibration: Calibration, quantile: float) -> float | None:
    """The score above which an image is out-of-distribution: that of so large a share of alike images lies below."""
    if not len(calibration.scores):
        script.tell("no image is called out-of-distribution: no validation images say how far apart alike ones are")
        return None
    specimens, share = calibration.weights.sum(), 1 - quantile
    limit, few = conformal.bound(calibration.scores, calibration.weights, quantile), ""
    if not np.isfinite(limit):
        limit, share = float(calibration.scores.max()), 1 / (specimens + 1)
        few = f", the least that {specimens:.4g} validation specimens can promise"
    script.tell(f"out-of-distribution: score above {limit:.4g}, as {share:.1%} of images of the classes have{few}")
    return limit


def are_foreign(scores: np.ndarray, limit: float | None) -> np.ndarray:
    """(N,) bool: which scores are beyond the limit; none where there is no limit."""
    return scores > (np.inf if limit is None else limit + _SLACK)


def _least(calibration: Calibration, classes: Sequence[str], coverage: float) -> np.ndarray | None:
    if not len(calibration.labels):
        script.tell("no prediction sets: there are no validation images")
        return None
    counts = np.bincount(calibration.labels, calibration.weights, len(classes))
    groups = conformal.groups_of(counts, coverage)
    shared = [classes[k] for group in groups for k in group if len(group) > 1]
    of_whom = f"of each class, and of {', '.join(shared)} together" if shared else "of each class"
    of_whom = "of all classes together" if len(shared) == len(classes) else of_whom
    least = conformal.least_probabilities(
        calibration.true, calibration.labels, calibration.weights, len(classes), coverage
    )
    fewest = min(counts[group].sum() for group in groups)
    if not least.any():
        script.tell(
            f"prediction sets hold every class: {fewest:.4g} validation specimens promise no coverage of "
            f"{coverage:.0%}; {conformal.fewest(coverage)} would, or a smaller --coverage"
        )
    else:
        unlucky = conformal.unlucky_coverage(fewest, coverage)
        script.tell(
            f"prediction sets hold the true class of {coverage:.0%} of images, {of_whom}; by {fewest:.4g} validation "
            f"specimens that is a mean, and one study in ten has less than {unlucky:.0%}"
        )
    return least


def _confidence(calibration: Calibration, error: float) -> float | None:
    wrong = calibration.true < calibration.best
    specimens, mistakes = calibration.weights.sum(), (calibration.weights * wrong).sum()
    limit = abstention.least_confidence(calibration.best, wrong, calibration.weights, error)
    if not np.isfinite(limit):
        script.tell(
            f"`abstained` is empty: {specimens:.4g} validation specimens, {mistakes:.4g} of them called wrongly, "
            f"promise no error of {error:.0%}; {abstention.fewest(error)} called rightly would, or a larger --error"
        )
        return None
    left = (calibration.weights * (calibration.best < limit)).sum() / specimens
    script.tell(
        f"below a probability of {limit:.4g}, that of {left:.0%} of validation images, the classifier abstains: the "
        f"rest is wrong in {error:.0%} at most, with {abstention.CERTAINTY:.0%} certainty"
    )
    return limit
