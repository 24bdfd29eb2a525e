"""The logistic regression of a probe, in the span of what it is fitted to."""

from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression

_LONGEST = 2000  # iterations of a fit
_TOLERANCE = 1e-5  # at scikit-learn's own 1e-4 all strong fits end alike, and none of them is recognised as too strong
_LEAST = 1e-12  # a probability, where a fold lacks the class
_SPANNED = 0.75  # rows a feature up to which regressions save more than the span's own QR takes


class Span(NamedTuple):
    """Features of images by coordinates in the span of those views that a regression is fitted to."""

    coordinates: np.ndarray
    """(N, V, R), float64, of every view."""
    basis: np.ndarray | None
    """(D, R), orthonormal; without it coordinates are the features themselves."""
    views: int
    """The first so many of an image are fitted to."""

    @property
    def fitted(self) -> np.ndarray:
        """Coordinates (N, views, R) of what is fitted to."""
        return self.coordinates[:, : self.views]


def in_span(features: np.ndarray, views: int) -> Span:
    """Features (N, V, D) in the span of the first `views` of each image.

    A regression with a squared penalty lies in the span of what it is fitted to, and few images of many features are
    fitted in a fraction of the time there.
    """
    rows = features[:, :views].reshape(-1, features.shape[2])
    if len(rows) > _SPANNED * rows.shape[1]:
        return Span(features, None, views)
    basis = np.linalg.qr(rows.T)[0]
    # View by view: a view's coordinates have the same bits whichever others are there.
    return Span(np.stack([view @ basis for view in features.swapaxes(0, 1)], axis=1), basis, views)


def fit(
    features: np.ndarray,
    labels: np.ndarray,
    strength: float,
    start: LogisticRegression | None = None,
    weights: np.ndarray | None = None,
) -> LogisticRegression:
    """Multinomial logistic regression on features (N, V, D), every view an image of weight 1/V.

    weights: (N,), with which images count in the loss.
    """
    views = features.shape[1]
    model = start or LogisticRegression(max_iter=_LONGEST, tol=_TOLERANCE, warm_start=True)
    model.set_params(C=strength / views)
    repeated = None if weights is None else np.repeat(weights, views)
    return model.fit(features.reshape(-1, features.shape[2]), np.repeat(labels, views), sample_weight=repeated)


def likelihoods(model: LogisticRegression, features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Probability (N,) of each image's own class, the mean over its views (N, V, D)."""
    made = model.predict_proba(features.reshape(-1, features.shape[2])).reshape(*features.shape[:2], -1).mean(axis=1)
    known = {label: column for column, label in enumerate(model.classes_)}
    own = [made[row, known[label]] if label in known else 0.0 for row, label in enumerate(labels)]
    return np.maximum(own, _LEAST)


def as_layer(model: LogisticRegression, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights (K, D) and biases (K,) of a linear layer; of two classes the regression keeps the difference alone."""
    if classes == 2:
        return np.concatenate([-model.coef_, model.coef_]) / 2, np.concatenate(
            [-model.intercept_, model.intercept_]
        ) / 2
    return model.coef_, model.intercept_
