"""Whether synthetic images are copies of training images: authenticity, data copying (C_T), and the nearest pairs."""

from dataclasses import dataclass

import numpy as np

from augury.command.script import tell
from augury.metrics.intervals import wilson
from augury.scores.distances import nearest, neighbour_distances, squared_blocks
from augury.scores.sample import Cells, Sample, measured

CELL_IMAGES = 20  # held-out and synthetic images that a cell of the data-copying test needs
CELLS = 5
_MOST_STEPS = 100


def compute(sample: Sample) -> Cells:
    """The share of authentic images, and C_T, for which validation images are needed."""
    real, cells = sample.real, Cells()
    neighbours = training_neighbours(real.train, sample.synthetic, real.train_specimens)
    if np.isfinite(neighbours.neighbour_distances).all():
        cells = measured("authentic", authentic_share(neighbours))
    else:
        tell(f"{sample.label}: no share of authentic images, for the training images are of a single specimen")
    held_out = len(real.validation)
    score = (
        data_copying(real.train, real.validation, sample.synthetic, sample.seed, neighbours.distances)
        if held_out
        else None
    )
    if score is None:
        tell(
            f"{sample.label}: no test for copies, for {held_out} validation images cannot be compared with synthetic "
            "ones"
        )
        return cells
    return cells | {"c_t": score, "n_c_t": held_out}


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Each synthetic image's nearest training image."""

    indices: np.ndarray  # (m,) rows of the training images
    distances: np.ndarray  # (m,)
    neighbour_distances: np.ndarray  # (m,) distances of those training images to the nearest of another specimen

    def suspicious(self, count: int) -> np.ndarray:
        """Indices of the `count` synthetic images nearest to copies: distance over that training image's own."""
        own = self.neighbour_distances
        ratio = np.divide(self.distances, own, out=np.full(len(own), np.inf), where=own > 0)
        ratio[self.distances == 0] = 0
        return np.lexsort((self.distances, ratio))[:count]


def training_neighbours(training: np.ndarray, synthetic: np.ndarray, specimens: np.ndarray | None = None) -> Neighbours:
    """The nearest of `training` (n, d) to each of `synthetic` (m, d); a lone specimen has no neighbour: infinity.

    specimens: (n,) names; by default each image is one. Another view of the same thing is no measure of how near two
    things are: beside it, a copy would look like something new.
    """
    indices, distances = nearest(synthetic, training)
    return Neighbours(indices, distances, neighbour_distances(training, specimens)[indices])


def authentic_share(neighbours: Neighbours) -> tuple[float, float, float]:
    """The share of synthetic images that are authentic, with its 95% interval (Wilson's).

    Authentic is an image that lies farther from its nearest training image than that one does from its own nearest
    (Alaa et al. 2022, arXiv:2102.08921, section 4.2), here of another specimen. New images of the same distribution are
    so unless they and a training image are mutual neighbours: a third of them in one dimension, more in many.
    """
    authentic = int((neighbours.distances > neighbours.neighbour_distances).sum())
    count = len(neighbours.distances)
    return authentic / count, *wilson(authentic, count)


def data_copying(
    training: np.ndarray,
    held_out: np.ndarray,
    synthetic: np.ndarray,
    seed: int = 0,
    distances: np.ndarray | None = None,
) -> float | None:
    """C_T (Meehan, Chaudhuri and Dasgupta 2020, arXiv:2004.05675, section 4): far below zero where images are copied.

    Features of training images (n, d), of images of the same classes that no generator saw (l, d), and of synthetic
    ones (m, d). In each cell of the features' space a Mann-Whitney test asks whether synthetic images lie as far from
    their nearest training image of that cell as held-out ones; C_T is the mean of its z-scores, weighted by the
    held-out images of the cells that hold 20 synthetic ones. There is one cell while there are fewer than 60 held-out
    images, then one for each 20 up to five, by k-means of the training images. None where no cell can be tested.
    distances: (m,) of the synthetic images to their nearest training images, where they are known already.
    """
    cells = min(CELLS, len(held_out) // CELL_IMAGES) if len(held_out) >= 3 * CELL_IMAGES else 1
    if cells == 1:
        of_synthetic = nearest(synthetic, training)[1] if distances is None else distances
        return mann_whitney(of_synthetic, nearest(held_out, training)[1])
    centres = k_means(training, cells, seed)
    trained, own, other = (nearest(rows, centres)[0] for rows in (training, held_out, synthetic))
    total, weight = 0.0, 0
    for cell in range(len(centres)):
        seen, here, there = training[trained == cell], held_out[own == cell], synthetic[other == cell]
        if not len(seen) or not len(here) or len(there) < CELL_IMAGES:
            continue
        z = mann_whitney(nearest(there, seen)[1], nearest(here, seen)[1])
        if z is not None:
            total, weight = total + len(here) * z, weight + len(here)
    return total / weight if weight else None


def mann_whitney(first: np.ndarray, second: np.ndarray) -> float | None:
    """z of Mann and Whitney's test: above 0 where `first` tends to be larger; None where all are equal or one is empty.

    The variance is corrected for ties (Lehmann 1975, appendix, section 1); there is no correction for continuity.
    """
    a, b = len(first), len(second)
    n = a + b
    if not a or not b:
        return None
    _, codes, counts = np.unique(np.concatenate([first, second]), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[codes]
    u = ranks[:a].sum() - a * (a + 1) / 2
    counts = counts.astype(np.float64)
    variance = a * b / 12 * (n + 1 - (counts**3 - counts).sum() / (n * (n - 1)))
    return float((u - a * b / 2) / np.sqrt(variance)) if variance > 1e-12 * a * b * n else None


def k_means(rows: np.ndarray, cells: int, seed: int = 0) -> np.ndarray:
    """Centres (cells, d) of Lloyd's algorithm, begun with k-means++ (Arthur and Vassilvitskii 2007)."""
    rows = np.asarray(rows, dtype=np.float64)
    random = np.random.default_rng(seed)
    centres = rows[random.integers(len(rows))][None]
    while len(centres) < min(cells, len(rows)):
        far = np.concatenate([squared.min(axis=1) for _, squared in squared_blocks(rows, centres)])
        if not far.sum():
            break
        centres = np.concatenate([centres, rows[random.choice(len(rows), p=far / far.sum())][None]])
    own = None
    for _ in range(_MOST_STEPS):
        before, own = own, nearest(rows, centres)[0]
        if before is not None and np.array_equal(before, own):
            break
        filled = np.unique(own)
        centres = np.stack([rows[own == cell].mean(axis=0) for cell in filled])
        own = np.searchsorted(filled, own)
    return centres
