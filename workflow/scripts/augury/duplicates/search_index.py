"""What the search for duplicates holds of every image: 1.1 kB, of fingerprints that may lie on disk.

Three looks at a set, each of which names partners of an image and how they may lie in it: the whole images, for flips,
quarter turns and crops; discs in the middle of the thumbnails, for any turn; and of images that are longer than wide,
or wider than long, discs in the middle of what is not stretched (another 0.5 kB).
"""

import itertools
from collections.abc import Iterator
from typing import Protocol

import numpy as np

from augury.command.progress import Progress
from augury.duplicates import discs
from augury.duplicates.alignment import INSIDE
from augury.duplicates.cells import Cells
from augury.duplicates.descriptors import COARSE, FREQUENCIES, candidates, descriptors, normalise, parts, whole
from augury.duplicates.fingerprints import blocks, image_sizes, thumbnails
from augury.duplicates.frames import Frame, oblong
from augury.duplicates.initial_alignment import best_starts, low_frequencies, moved_starts

ALL_PAIRS = 20_000  # images up to which each is compared with all
SPAN = 512  # images that are described at a time
PARTNERS = 8  # at most as many of an image's candidates are aligned
START_LEAST = 0.5  # correlation of the low frequencies; of 480 copies, moved or cropped, nine in ten had as much
MOVED_PARTNERS = 3
MOVED_LEAST = 0.6
DISC_SHORTLIST = 16
DISC_PARTNERS = 3
TURN_LEAST = 0.6  # correlation of the discs
SAMPLE = 4096  # images that the whitening is learned from

Starts = tuple[np.ndarray, np.ndarray]  # pairs (M, 2) and affine maps (M, 2, 3) of the second in the first


class Look(Protocol):
    """A way to name partners, and to look at them when they are laid over each other."""

    frame: Frame  # what of the images is laid over each other

    def starts(self, block: np.ndarray, start: int, groups: np.ndarray | None, pixels: np.ndarray) -> Starts:
        """Partners of the images from number `start` on, whose fingerprints are `block`."""
        ...


class Wholes:
    """Of N images the descriptors, for `descriptors.candidates`, and the low frequencies, for `starts.best_starts`."""

    frame = Frame()

    def __init__(self, fingerprints: np.ndarray) -> None:
        """fingerprints: (N, FINGERPRINT_BYTES) uint8, memory-mapped or not."""
        count = len(fingerprints)
        vectors = np.empty((count, FREQUENCIES**2 - 1), np.float16)
        self.low = np.empty((count, 4, COARSE**2 // 4), np.float16)  # a correlation differs by at most 0.0002
        done = 0
        for block in blocks(fingerprints, SPAN):
            coefficient, here = whole(thumbnails(block)), slice(done, done + len(block))
            vectors[here], self.low[here] = descriptors(coefficient), low_frequencies(coefficient)
            done += len(block)
        self.descriptors = Cells(vectors) if count > ALL_PAIRS else vectors

    def starts(self, block: np.ndarray, start: int, groups: np.ndarray | None, pixels: np.ndarray) -> Starts:
        """Of each image the PARTNERS that one of its windows fits best."""
        own = parts(thumbnails(block))
        pairs = candidates(descriptors(own), start, self.descriptors, groups)
        pairs = pairs[pixels[pairs[:, 0]] != pixels[pairs[:, 1]]]
        affine, score = best_starts(own, self.low, pairs - [start, 0])
        kept = _promising(pairs[:, 0], score, PARTNERS, START_LEAST)
        moved, moved_score = moved_starts(self.low, pairs)
        also = _promising(pairs[:, 0], moved_score, MOVED_PARTNERS, MOVED_LEAST)
        return np.concatenate([pairs[kept], pairs[also]]), np.concatenate([affine[kept], moved[also]])


class Discs:
    """Of N images the discs in the middle, or of those that are oblong the discs in the middle of their squares."""

    def __init__(self, fingerprints: np.ndarray, numbers: np.ndarray | None = None) -> None:
        """numbers: (n,) int, sorted, of the images whose squares are looked at (default: the thumbnails of all)."""
        self.frame = Frame(round_=True, squared=numbers is not None)
        self.numbers = np.arange(len(fingerprints)) if numbers is None else numbers
        count = len(self.numbers)
        self.middle = np.empty((count, 2, len(discs.ORDER)), np.float16)
        done = 0
        for block in self._blocks(fingerprints):
            coefficient = self._coefficients(block)[:, 0]
            self.middle[done : done + len(block)] = np.stack([coefficient.real, coefficient.imag], axis=1)
            done += len(block)
        sample = self._middle(np.linspace(0, count - 1, min(count, SAMPLE)).astype(np.int64))
        self.whitening = discs.Whitening(discs.invariants(sample))
        vectors = np.empty((count, discs.DIMENSIONS), np.float16)
        for first in range(0, count, SPAN):
            here = np.arange(first, min(first + SPAN, count))
            vectors[here] = self.whitening(discs.invariants(self._middle(here)))
        self.vectors = Cells(vectors) if count > ALL_PAIRS else vectors

    def starts(self, block: np.ndarray, start: int, groups: np.ndarray | None, pixels: np.ndarray) -> Starts:
        """Of each image the DISC_PARTNERS whose disc, turned, fits one of its own best."""
        first, last = np.searchsorted(self.numbers, [start, start + len(block)])
        if first == last:
            return np.empty((0, 2), np.int64), np.empty((0, 2, 3))
        own = self._coefficients(block[self.numbers[first:last] - start], len(discs.WINDOWS))
        groups = None if groups is None else groups[self.numbers]
        queries = self.whitening(discs.invariants(own))
        pairs = candidates(queries, first, self.vectors, groups, DISC_SHORTLIST)
        numbers = self.numbers[pairs]
        different = pixels[numbers[:, 0]] != pixels[numbers[:, 1]]
        pairs, numbers = pairs[different], numbers[different]
        affine, score = np.empty((len(pairs), 2, 3)), np.empty(len(pairs))
        edges = np.searchsorted(pairs[:, 0], np.arange(first, last + 1))
        for number, (begin, end) in enumerate(itertools.pairwise(edges.tolist())):
            if begin == end:
                continue
            others = self._middle(pairs[begin:end, 1])
            affine[begin:end], score[begin:end] = discs.best_turns(own[number], others)
        kept = _promising(pairs[:, 0], score, DISC_PARTNERS, TURN_LEAST)
        return numbers[kept], affine[kept]

    def _blocks(self, fingerprints: np.ndarray) -> Iterator[np.ndarray]:
        done = 0
        for block in blocks(fingerprints, SPAN):
            first, last = np.searchsorted(self.numbers, [done, done + len(block)])
            if first < last:
                yield block[self.numbers[first:last] - done]
            done += len(block)

    def _coefficients(self, block: np.ndarray, windows: int = 1) -> np.ndarray:
        return discs.coefficients(normalise(self.frame.view(block), INSIDE), windows)

    def _middle(self, rows: np.ndarray) -> np.ndarray:
        real, imaginary = self.middle[rows].astype(np.float32).swapaxes(0, 1)
        return real + 1j * imaginary


def looks(fingerprints: np.ndarray) -> list[Look]:
    """All looks at a set of images (N, FINGERPRINT_BYTES)."""
    if not len(fingerprints):
        return []
    progress = Progress("describing images", 3, "passes")
    made: list[Look] = [Wholes(fingerprints)]
    progress.add(1)
    made.append(Discs(fingerprints))
    progress.add(1)
    sizes = np.concatenate([image_sizes(block) for block in blocks(fingerprints)])
    numbers = np.flatnonzero(oblong(sizes))
    if len(numbers) > 1:
        made.append(Discs(fingerprints, numbers))
    progress.add(1)
    return made


def _promising(first: np.ndarray, score: np.ndarray, partners: int, least: float) -> np.ndarray:
    """Numbers of the pairs worth aligning, sorted: of each first image the partners with the best start."""
    order = np.lexsort((-score, first))
    rank = np.arange(len(order)) - np.searchsorted(first[order], first[order])
    return np.sort(order[(rank < partners) & (score[order] >= least)])
