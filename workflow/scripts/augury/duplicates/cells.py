"""The cheap stage for many images: each is compared with those of a few cells and never with all.

The descriptors of the whole images are put in cells about centres (k-means on the unit sphere), as in an inverted file
(Jegou, Douze and Schmid 2011, "Product Quantization for Nearest Neighbor Search"). An image looks into the cells whose
centres its windows are nearest to, PROBED of them: the cost grows as N to the power of 1.5.

Of 1,020 copies of photographs (copepods; flipped, turned, cropped, compressed, halved) among 3,860 or
4,000 others, all of which are found by comparing all pairs, 99.8% and 99.9% were met.
"""

from collections.abc import Iterator

import numpy as np

PROBED = 30  # cells of mean size that an image looks into; its 26 windows lie in some 15
SAMPLE = 40  # images per cell that the centres are learned from
ROUNDS = 4
BLOCK = 4096  # images at a time that are put in cells


class Cells:
    """Unit vectors (N, D) float16 by cells, about twice the root of N of them."""

    def __init__(self, vectors: np.ndarray) -> None:
        """The array is taken over and its rows are sorted in place: of a million, two copies would take 0.3 GB."""
        self.centres = _centres(vectors, max(int(2 * np.sqrt(len(vectors))), 1))
        home = np.concatenate([_nearest(part, self.centres) for part in _blocks(vectors)])
        self.order = np.argsort(home, kind="stable")
        self.vectors = vectors
        for column in vectors.T:
            column[:] = column[self.order]
        self.met = PROBED * len(vectors) // len(self.centres)
        self.starts = np.searchsorted(home[self.order], np.arange(len(self.centres) + 1))

    def meet(self, queries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The best product of any query (Q, D) with each vector of the cells nearest to them, the first query's first.

        Returns the vectors' numbers (M,) and the products (M,).
        """
        products = queries @ self.centres.T
        products -= products.max(1, keepdims=True)  # each query's own cell comes before any query's second
        products[0, products[0].argmax()] = 1
        nearest = np.argsort(-products.max(0), kind="stable")
        sizes = np.diff(self.starts)[nearest]
        cells = nearest[np.cumsum(sizes) - sizes < self.met]
        spans = [slice(self.starts[cell], self.starts[cell + 1]) for cell in cells]
        products = [
            (queries @ self.vectors[span].T.astype(np.float32)).max(0) for span in spans if span.start < span.stop
        ]
        return np.concatenate([self.order[span] for span in spans]), np.concatenate(products)


def best_met(cells: Cells, queries: np.ndarray, start: int, groups: np.ndarray | None, shortlist: int) -> np.ndarray:
    """The pairs (i, j) of the best products of the images from number `start` on, (M, 2) int64, sorted.

    queries: their windows' vectors, (B, Q, D). groups: (N,) int; only pairs across them count.
    """
    pairs = []
    for number, windows in enumerate(queries, start):
        others, likeness = cells.meet(windows)
        kept = (others != number) & (likeness > 0)
        if groups is not None:
            kept &= groups[others] != groups[number]
        others, likeness = others[kept], likeness[kept]
        if len(others) > shortlist:
            others = others[np.argpartition(likeness, len(others) - shortlist)[-shortlist:]]
        pairs.append(np.stack([np.full(len(others), number), np.sort(others)], axis=1))
    return np.concatenate(pairs)


def _centres(vectors: np.ndarray, count: int) -> np.ndarray:
    """Centres of unit length, (count, D): k-means on an even sample, so that equal input has equal cells."""
    sample = vectors[np.linspace(0, len(vectors) - 1, min(len(vectors), SAMPLE * count)).astype(np.int64)]
    sample = sample.astype(np.float32)
    centres = sample[np.linspace(0, len(sample) - 1, count).astype(np.int64)]
    for _ in range(ROUNDS):
        home = np.concatenate([_nearest(part, centres) for part in _blocks(sample)])
        order = np.argsort(home, kind="stable")
        filled, starts = np.unique(home[order], return_index=True)
        sums = np.add.reduceat(sample[order], starts, axis=0)
        centres[filled] = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
    return centres


def _nearest(vectors: np.ndarray, centres: np.ndarray) -> np.ndarray:
    return (vectors.astype(np.float32) @ centres.T).argmax(1)


def _blocks(vectors: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, len(vectors), BLOCK):
        yield vectors[start : start + BLOCK]
