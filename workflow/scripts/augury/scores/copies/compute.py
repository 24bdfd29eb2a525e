"""Which synthetic images show a training image: the same pixels, moved by noise, mirrored, turned or cropped.

Distances in features may overlook a copy under pixel noise, as noise moves features far. Fingerprints, by which
duplicates of real images are found, do not: copies of 64 pixels were all found with noise of up to 4 of 255 levels,
and from none to two thirds of them with noise of 8.
"""

import itertools

import numpy as np

from augury.duplicates.search import find_pairs
from augury.images.mapped_arrays import blocks, gathered
from augury.metrics.intervals import wilson
from augury.scores.sample import Cells, Sample, measured


def compute(sample: Sample) -> Cells:
    """The share, where images are given and not features alone."""
    if sample.fingerprints is None:
        return {}
    training, synthetic = sample.fingerprints
    return measured("copied", copied_share(training, synthetic)) | {"n_copied": len(synthetic)}


def copied_share(training: np.ndarray, synthetic: np.ndarray) -> tuple[float, float, float]:
    """The share of synthetic images that show a training image, with its 95% interval (Wilson's).

    Images are drawn freely here, each by itself; for those that begin with training images see metrics.copies.

    training: (n, F) and synthetic: (m, F) fingerprints (duplicates.fingerprints), m > 0.
    """
    copies = copies_among(training, synthetic)
    return len(copies) / len(synthetic), *wilson(len(copies), len(synthetic))


def copies_among(training: np.ndarray, synthetic: np.ndarray) -> np.ndarray:
    """Indices of the synthetic images that show a training image, by their fingerprints (n, F) and (m, F)."""
    groups = np.repeat([0, 1], [len(synthetic), len(training)])
    together = gathered(itertools.chain(blocks(synthetic), blocks(training)), len(groups))
    return np.array(sorted({pair.one for pair in find_pairs(together, groups)}), dtype=np.int64)
