"""The cheap stage for many images: each is compared with those of a few cells and never with all.

The descriptors of the whole images are put in cells about centres (k-means on the unit sphere), as in an inverted file
(Jegou, Douze and Schmid 2011, "Product Quantization for Nearest Neighbor Search"). An image looks into the cells whose
centres its windows are nearest to, PROBED of them: the cost grows as N to the power of 1.5.

Of 1,020 copies of photographs (copepods; flipped, turned, cropped, compressed, halved) among 3,860 or
4,000 others, all of which are found by comparing all pairs, 99.8% and 99.9% were met.
"""

import itertools
from collections.abc import Iterator

import numpy as np

PROBED = 30  # cells of mean size that an image looks into; its 26 windows lie in some 15
SAMPLE = 40  # images per cell that the centres are learned from
ROUNDS = 4
BLOCK = 4096  # images at a time that are put in cells
PRODUCTS = 1 << 20  # of queries and vectors that are held at a time


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

    def meet(self, queries: np.ndarray) -> Iterator[tuple[list[slice], np.ndarray]]:
        """For each image (Q, D) of (B, Q, D): the best product of any of its queries with each vector that it meets.

        Those are of the cells nearest to its queries, the first query's first. Yields the cells, as parts of `order`,
        and the products (M,), one cell after another. A cell is looked at once, by all the images that it is near to.
        """
        found: list[list[tuple[slice, np.ndarray]]] = [[] for _ in queries]
        images, cells = self._near(queries)
        order = np.argsort(cells, kind="stable")
        images, cells = images[order], cells[order]
        edges = [0, *(np.flatnonzero(np.diff(cells)) + 1), len(cells)]
        for begin, end in itertools.pairwise(edges):
            span = slice(*self.starts[cells[begin] : cells[begin] + 2])
            vectors = self.vectors[span].astype(np.float32)
            some = max(1, PRODUCTS // max(1, queries.shape[1] * len(vectors)))
            for first in range(begin, end if len(vectors) else begin, some):
                here = images[first : min(first + some, end)]
                products = (queries[here].reshape(-1, queries.shape[2]) @ vectors.T).reshape(
                    len(here), -1, len(vectors)
                )
                for image, best in zip(here.tolist(), products.max(1), strict=True):
                    found[image].append((span, best))
        for own in found:
            yield [span for span, _ in own], np.concatenate([best for _, best in own])

    def _near(self, queries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Which images (V,) look into which cells (V,)."""
        sizes, images, cells = np.diff(self.starts), [], []
        some = max(1, PRODUCTS // (queries.shape[1] * len(sizes)))
        for first in range(0, len(queries), some):
            part = queries[first : first + some]
            products = (part.reshape(-1, part.shape[2]) @ self.centres.T).reshape(*part.shape[:2], -1)
            own = products[:, 0].argmax(1)
            products -= products.max(2, keepdims=True)  # each query's own cell comes before any query's second
            likeness = products.max(1)
            likeness[np.arange(len(part)), own] = 1
            nearest = _nearest_first(likeness, 4 * PROBED)
            if sizes[nearest].sum(1).min() < self.met:  # those that are near are small
                nearest = _nearest_first(likeness, len(sizes))
            image, rank = np.nonzero(np.cumsum(sizes[nearest], axis=1) - sizes[nearest] < self.met)
            images.append(first + image)
            cells.append(nearest[image, rank])
        return np.concatenate(images), np.concatenate(cells)


def best_met(cells: Cells, queries: np.ndarray, start: int, groups: np.ndarray | None, shortlist: int) -> np.ndarray:
    """The pairs (i, j) of the best products of the images from number `start` on, (M, 2) int64, sorted.

    queries: their windows' vectors, (B, Q, D). groups: (N,) int; only pairs across them count.
    """
    groups_met, pairs = None if groups is None else groups[cells.order], []
    for number, (spans, likeness) in enumerate(cells.meet(queries), start):
        if groups is not None and groups_met is not None:
            likeness[np.concatenate([groups_met[span] for span in spans]) == groups[number]] = -1
        others = np.concatenate([cells.order[span] for span in spans])
        likeness[others == number] = -1
        best = np.argpartition(likeness, max(0, len(others) - shortlist))[-shortlist:]
        others = np.sort(others[best[likeness[best] > 0]])
        pairs.append(np.stack([np.full(len(others), number), others], axis=1))
    return np.concatenate(pairs)


def _nearest_first(likeness: np.ndarray, count: int) -> np.ndarray:
    """The columns of the `count` largest numbers of each row (B, C), the largest first; equal ones as they come."""
    if count < likeness.shape[1]:
        few = np.sort(np.argpartition(-likeness, count - 1, axis=1)[:, :count], axis=1)
        likeness = np.take_along_axis(likeness, few, 1)
        return np.take_along_axis(few, np.argsort(-likeness, kind="stable", axis=1), 1)
    return np.argsort(-likeness, kind="stable", axis=1)


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
