"""How unlike the training images an image is: by its features, and by how sure the classifier is.

The distance is Mahalanobis's to the nearest class in the features of a classifier's last layer, of unit length (Lee et
al. 2018, arXiv:1807.03888, section 2.1; unit length: Mueller and Hein 2025, arXiv:2505.18032); the covariance within
classes is shrunk as Ledoit and Wolf (2004, doi:10.1016/S0047-259X(03)00096-4) do, since features outnumber images.
A score is that distance less the highest probability (Hendrycks and Gimpel 2017, arXiv:1610.02136), both standardised
by images known to be alike. benchmarks/README.md compares it with others; the energy of logits is as good on probes,
but networks trained from scratch were surest, without bound, of images of other fields.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_LEAST = 1e-12  # of a variance


def unit_length(features: np.ndarray) -> np.ndarray:
    """Rows (n, d) as float32 of length 1; a row of zeros stays one."""
    features = np.asarray(features, dtype=np.float64)
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    return (features / np.where(lengths > 0, lengths, 1)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Gaussians:
    """A Gaussian for each class, all of one covariance: (1 - a) S + a m I.

    S has as many directions as images at most; in all others the variance is a m.
    """

    means: np.ndarray  # (K, d)
    directions: np.ndarray  # (r, d) of unit length, at right angles to each other
    variances: np.ndarray  # (r,) in these directions
    floor: float  # variance in all others

    def distances(self, rows: np.ndarray) -> np.ndarray:
        """(N,) Mahalanobis distances of rows (N, d) to the nearest mean."""
        rows, directions = np.asarray(rows, dtype=np.float64), self.directions.T.astype(np.float64)
        along, squares = rows @ directions, []
        for mean, mean_along in zip(self.means, self.means @ directions, strict=True):
            deviations = (along - mean_along) ** 2
            squared = (deviations / self.variances).sum(axis=1)
            if len(self.directions) < len(mean):
                rest = ((rows - mean) ** 2).sum(axis=1) - deviations.sum(axis=1)
                squared += np.maximum(rest, 0) / self.floor
            squares.append(squared)
        return np.sqrt(np.min(squares, axis=0))

    def rounded(self) -> "Gaussians":
        """In float32, as files hold them."""
        means, directions = self.means.astype(np.float32), self.directions.astype(np.float32)
        return Gaussians(means, directions, self.variances.astype(np.float32), self.floor)


def fit_gaussians(features: np.ndarray, labels: np.ndarray) -> Gaussians:
    """Of features (n, d) and their classes (n,), n at least 1; a class without an image has no Gaussian."""
    features = np.asarray(features, dtype=np.float64)
    present, codes = np.unique(labels, return_inverse=True)
    means = np.stack([features[codes == code].mean(axis=0) for code in range(len(present))])
    deviations = features - means[codes]
    variance = max(float((deviations**2).mean()), _LEAST)
    shrinkage = max(_shrinkage(deviations), _LEAST)
    _, lengths, directions = np.linalg.svd(deviations / np.sqrt(len(features)), full_matrices=False)
    floor = shrinkage * variance
    return Gaussians(means, directions, (1 - shrinkage) * lengths**2 + floor, floor)


def _shrinkage(deviations: np.ndarray) -> float:
    """How far to shrink their covariance to m I, 0 to 1; deviations: (n, d). Ledoit and Wolf's equation (14).

    scikit-learn has it too, at 0.9 s of the processor for its import in every training of a classifier.
    """
    n, d = deviations.shape
    squares = (deviations**2).sum(axis=1)
    mean_variance = squares.sum() / (n * d)
    products = deviations @ deviations.T if n < d else deviations.T @ deviations  # of one norm
    norm = (products**2).sum() / n**2
    distance = norm - d * mean_variance**2
    error = min(((squares**2).sum() / n - norm) / n, distance)
    return float(error / distance) if error > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Scales:
    """Mean and standard deviation of the distances and highest probabilities of images known to be alike."""

    distance: Sequence[float]
    probability: Sequence[float]

    def score(self, distances: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
        """(N,) of distances (N,) and highest probabilities (N,), in standard deviations."""
        (far, spread), (sure, varied) = self.distance, self.probability
        return (distances - far) / spread - (probabilities - sure) / varied


def scales_of(distances: np.ndarray, probabilities: np.ndarray) -> Scales:
    """Of images known to be alike, (m,) each, m at least 1."""
    both = [(float(values.mean()), float(values.std()) or 1.0) for values in (distances, probabilities)]
    return Scales(*both)
