"""Whether the images of a class look like views of few specimens: how near an image lies to its nearest.

Independent specimens fill a space of many dimensions, in which the nearest neighbour is hardly nearer than the tenth:
of points that are spread evenly in D dimensions its distance is about 10^(-1/D) of the tenth's, however many there are.
Views of one specimen, frames of a recording and turned lights lie on lines, or in clumps with nothing near them. So the
score of a class is the median, over its images, of the distance to the nearest image of another specimen over that to
the tenth: 0.7 and more for specimens, about 0.3 for lights that go round. It is taken of two descriptions of the
thumbnails, and the lower counts: detail, which the light moves little, and forms after the local contrast is taken
away, which stand small shifts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from augury.duplicates.descriptors import blur_matrices, normalise

FEWEST = 8  # images of a class, of different specimens
MOST = 300  # images of a class that are compared
RUN = 20  # images that are taken together, by their names: views of one specimen often stand side by side
NEIGHBOUR = 10
ALIKE = 0.6  # of 51 classes of single specimens none had less than 0.65: see benchmarks/README.md
VERY_ALIKE = 0.5  # below ENOUGH images: of 1,870 draws of 8 to 48 of them none had less
ENOUGH = 50
NEAR = 0.45  # of an image's own ratio: at most 17% of the images of those 51 classes have less
MANY = 0.25
FINE_PX, BROAD_PX, FORM_PX = 0.7, 2.5, 1.0


@dataclass(frozen=True, slots=True)
class Likeness:
    """Distances between images of a class, by each of the descriptions."""

    distances: Sequence[np.ndarray]  # (N, N) each, from 0 to 2
    specimens: np.ndarray  # (N,)

    def score(self, queries: np.ndarray | None = None, others: np.ndarray | None = None) -> float | None:
        """Nearest over tenth distance, median; the nearest from `queries` to `others` (both (N,) bool; default: all).

        The tenth is counted among all images, so that parts of a class compare with the whole. None where fewer than
        FEWEST images have a tenth neighbour, or, in a small class, one at half of its size.
        """
        scores = [float(np.median(ratios)) for ratios in self._ratios(queries, others)]
        return min(scores) if scores else None

    def share(self) -> float:
        """Share of the images whose nearest is at most NEAR times as far as the tenth."""
        return max((float(np.mean(ratios <= NEAR)) for ratios in self._ratios(None, None)), default=0.0)

    def _ratios(self, queries: np.ndarray | None, others: np.ndarray | None) -> list[np.ndarray]:
        count = len(self.specimens)
        queries, others = (np.ones(count, bool) if each is None else each for each in (queries, others))
        other = self.specimens[queries][:, None] != self.specimens
        rank = min(NEIGHBOUR, max(2, count // 2))
        ratios = []
        for distances in self.distances if count >= rank and others.any() else ():
            far = np.where(other, distances[queries], np.inf)
            nearest, tenth = far[:, others].min(1), np.sort(far, axis=1)[:, rank - 1]
            known = np.isfinite(nearest) & np.isfinite(tenth)
            if known.sum() >= FEWEST:
                ratios.append(nearest[known] / np.maximum(tenth[known], 1e-6))
        return ratios


def likeness(thumbnails: np.ndarray, specimens: Sequence[str]) -> Likeness:
    """Compare images of a class by their thumbnails, (N, 64, 64) uint8."""
    return Likeness([_distances(vectors) for vectors in _descriptions(thumbnails)], np.array(specimens))


def chosen(paths: Sequence[str], most: int = MOST, run: int = RUN) -> np.ndarray:
    """Numbers of the images to compare, sorted: all, or runs of images whose paths follow each other, spread evenly."""
    order = sorted(range(len(paths)), key=paths.__getitem__)
    if len(order) > most:
        begins = np.linspace(0, len(order) - run, most // run).astype(int)
        order = [order[begin + step] for begin in begins for step in range(run)]
    return np.array(sorted(set(order)), dtype=np.int64)


def _descriptions(thumbnails: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    fine, broad, form = blur_matrices(np.array([FINE_PX, BROAD_PX, FORM_PX]))
    images = thumbnails.astype(np.float32)
    detail = fine @ images @ fine.T - broad @ images @ broad.T
    forms = form @ normalise(thumbnails) @ form.T
    return _unit(detail), _unit(forms[:, ::2, ::2])


def _unit(images: np.ndarray) -> np.ndarray:
    vectors = images.reshape(len(images), images.shape[1] * images.shape[2])
    vectors = vectors - vectors.mean(1, keepdims=True)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)


def _distances(vectors: np.ndarray) -> np.ndarray:
    return np.sqrt(np.maximum(2 - 2 * (vectors @ vectors.T), 0))


def look_like_views(score: float | None, share: float, images: int) -> bool:
    """Whether the score of a class says so, or a share of its images; of few images, more is asked for."""
    return score is not None and (score <= ALIKE or share >= MANY if images >= ENOUGH else score <= VERY_ALIKE)
