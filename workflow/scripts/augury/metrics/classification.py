"""Accuracy, precision, recall, F1, AUROC, average precision and proper scores, for many weightings of images at once.

A weighting gives every image a weight, as bootstrap replicates and cross-validation do: (B, N), or None for one
weighting by ones. A class without a true image (or, for AUROC, without any other image) has no defined value: it is
nan, and left out of macro averages. Definitions of the values are those of scikit-learn; no threshold is interpolated.
"""

from dataclasses import dataclass

import numpy as np

from augury.metrics.proper_scores import PROPER, proper_scores
from augury.metrics.temperature import Fitted
from augury.metrics.temperature_prior import UNFITTED

METRICS = ("accuracy", "precision", "recall", "f1", "auroc", "ap")
CLASS_METRICS = METRICS[1:]
ALL_METRICS = METRICS + PROPER
_BLOCK_BYTES = 1_000_000  # of weights that are sorted at a time: what a processor's cache holds


@dataclass(frozen=True, slots=True)
class Scores:
    """Values for B weightings and K classes."""

    accuracy: np.ndarray  # (B,)
    precision: np.ndarray  # (B, K)
    recall: np.ndarray  # (B, K)
    f1: np.ndarray  # (B, K)
    auroc: np.ndarray  # (B, K), one class against the rest
    ap: np.ndarray  # (B, K), average precision
    brier: np.ndarray  # (B,), at the run's own temperature
    log_loss: np.ndarray  # (B,), likewise
    brier_calibration: np.ndarray  # (B,): what the temperature took off
    log_loss_calibration: np.ndarray  # (B,)

    def macro(self, metric: str) -> np.ndarray:
        """(B,): what is of all classes, or the mean over classes in which the metric is defined; nan without any."""
        values = getattr(self, metric)
        return values if values.ndim == 1 else nan_mean(values, axis=1)


def score(
    labels: np.ndarray,
    probabilities: np.ndarray,
    weights: np.ndarray | None = None,
    fitted: Fitted = UNFITTED,
    ranked: bool = True,
) -> Scores:
    """All metrics; the most probable class is the answer.

    labels: (N,) int, probabilities: (N, K), weights: (B, N) or None; fitted: the run's temperature, for proper scores.
    Without `ranked`, AUROC and average precision, which cost most, are nan.
    """
    labels, probabilities = np.asarray(labels), np.asarray(probabilities, dtype=np.float64)
    weights = _weights(weights, len(labels))
    counts = confusion(labels, probabilities.argmax(axis=1), probabilities.shape[1], weights)
    precision, recall, f1 = precision_recall_f1(counts)
    nothing = np.full((len(weights), probabilities.shape[1]), np.nan)
    auroc, ap = ranking(labels, probabilities, weights) if ranked else (nothing, nothing)
    proper = ratio(weights @ proper_scores(labels, probabilities, fitted), weights.sum(axis=1, keepdims=True))
    return Scores(accuracy(counts), precision, recall, f1, auroc, ap, *proper.T)


def confusion(
    labels: np.ndarray, predicted: np.ndarray, n_classes: int, weights: np.ndarray | None = None
) -> np.ndarray:
    """(B, K, K): the weight of images of true class i that were called j."""
    weights = _weights(weights, len(labels))
    cells = np.asarray(labels) * n_classes + np.asarray(predicted)
    order = np.argsort(cells, kind="stable")
    occupied, starts = np.unique(cells[order], return_index=True)
    counts = np.zeros((len(weights), n_classes * n_classes))
    if len(occupied):
        counts[:, occupied] = np.add.reduceat(weights[:, order], starts, axis=1)
    return counts.reshape(-1, n_classes, n_classes)


def accuracy(counts: np.ndarray) -> np.ndarray:
    """(B,): the share of images called rightly, from a confusion of (B, K, K)."""
    return ratio(np.trace(counts, axis1=1, axis2=2), counts.sum(axis=(1, 2)))


def precision_recall_f1(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Three (B, K) from a confusion of (B, K, K); the precision of a class that was never named is 0."""
    hits = np.diagonal(counts, axis1=1, axis2=2)
    true, called = counts.sum(axis=2), counts.sum(axis=1)
    precision = np.where(called > 0, hits / np.where(called > 0, called, 1), 0.0)
    precision = np.where(true > 0, precision, np.nan)
    return precision, ratio(hits, true), np.where(true > 0, ratio(2 * hits, true + called), np.nan)


def ranking(labels: np.ndarray, scores: np.ndarray, weights: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """AUROC and average precision, each (B, K), of every class against the rest; scores: (N, K), equal ones are ties.

    AUROC is the weighted chance that an image of the class scores above one of another, a tie counting half (Hanley and
    McNeil 1982). Average precision is the sum over thresholds of precision times the step in recall.
    """
    weights = _weights(weights, len(labels))
    labels, scores = np.asarray(labels), np.asarray(scores)
    n_classes = scores.shape[1]
    auroc, ap = np.full((2, len(weights), n_classes), np.nan)
    if not len(labels):
        return auroc, ap
    orders = [_order(scores[:, k], labels == k) for k in range(n_classes)]
    block = max(1, _BLOCK_BYTES // (8 * len(labels)))
    for start in range(0, len(weights), block):
        rows = slice(start, start + block)
        for k, order in enumerate(orders):
            auroc[rows, k], ap[rows, k] = _rank_one(weights[rows], order)
    return auroc, ap


def left_out(labels: np.ndarray, n_classes: int) -> list[int]:
    """The classes without a true image, which no macro average can hold."""
    return np.flatnonzero(np.bincount(np.asarray(labels, dtype=np.int64), minlength=n_classes) == 0).tolist()


def nan_mean(values: np.ndarray, axis: int) -> np.ndarray:
    """The mean over what is not nan; nan, without a warning, where nothing is left."""
    known = ~np.isnan(values)
    return ratio(np.where(known, values, 0.0).sum(axis=axis), known.sum(axis=axis))


@dataclass(frozen=True, slots=True)
class _Order:
    """Images from the best score of a class down, and the T distinct scores at which an image of the class stands."""

    images: np.ndarray  # (N,) indices, best score first
    members: np.ndarray  # (P,) indices of the class's images, best score first
    ends: np.ndarray  # (T, 2): images above the score, and down to it and with its equals
    hits: np.ndarray  # (T,): members down to the score


def _order(scores: np.ndarray, positive: np.ndarray) -> _Order:
    images = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(scores[images]) != 0, True)) + 1
    starts = np.append(0, ends[:-1])
    hits = np.cumsum(positive[images])[ends - 1]
    has_hits = np.diff(hits, prepend=0) > 0
    return _Order(images, images[positive[images]], np.stack([starts, ends], axis=1)[has_hits], hits[has_hits])


def _rank_one(weights: np.ndarray, order: _Order) -> tuple[np.ndarray, np.ndarray]:
    if not len(order.members):
        return np.full(len(weights), np.nan), np.full(len(weights), np.nan)
    running = np.zeros((len(weights), weights.shape[1] + 1))
    np.cumsum(np.take(weights, order.images, axis=1), axis=1, out=running[:, 1:])
    hits = np.cumsum(np.take(weights, order.members, axis=1), axis=1)[:, order.hits - 1]  # (B, T)
    before, upto = running[:, order.ends[:, 0]], running[:, order.ends[:, 1]]
    steps = np.diff(hits, axis=1, prepend=0.0)  # weight of the class at each score
    all_hits, all_others = hits[:, -1], running[:, -1] - hits[:, -1]
    # An image of the class loses against each other image above it, and half against its equals.
    lost = (before + upto - (hits - steps) - hits) / 2
    auroc = ratio(np.einsum("bt,bt->b", steps, all_others[:, None] - lost), all_hits * all_others)
    precision = np.divide(hits, upto, out=np.zeros_like(hits), where=upto > 0)
    return auroc, ratio(np.einsum("bt,bt->b", steps, precision), all_hits)


def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """One over the other; nan where the other is not above 0."""
    above, below = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    return np.divide(above, below, out=np.full(np.broadcast(above, below).shape, np.nan), where=below > 0)


def _weights(weights: np.ndarray | None, n_images: int) -> np.ndarray:
    if weights is None:
        return np.ones((1, n_images))
    weights = np.asarray(weights, dtype=np.float64)
    if weights.ndim != 2 or weights.shape[1] != n_images:
        raise ValueError(f"weights of shape {weights.shape} for {n_images} images; (B, {n_images}) is needed")
    return weights
