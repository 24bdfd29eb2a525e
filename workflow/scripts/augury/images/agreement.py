"""The last stage of the search for duplicates: do two aligned thumbnails show the same detail?

What is compared is a band of the spectrum: what a blur of FINE_PX keeps and a blur of BROAD_PX takes away, both widened
where the images are smaller than the thumbnail, so that detail which one of them never had is not asked for. Specimens
of one kind agree in their outlines once they are laid over each other; copies agree in the band whatever the way of
laying. So the fewer ways were tried, the less correlation is asked for:

- whole: the one lies on the other exactly, whatever their sizes. Correlation 0.98.
- cut: at the images' own resolution one lies in the other at a shift of whole pixels. Correlation 0.98.
- scaled: any scale, the same along both axes. Correlation 0.99.
- free: any scale along each axis. Correlation 0.995.

A whole or cut pair with a correlation of at least 0.94 also passes when what differs is as little as compression makes
it, RESIDUAL_LEVELS grey levels; a whole pair from 0.97 on also with as many levels times the factor by which the
smaller image was enlarged to the thumbnail, at most twice. With images of fewer than TINY_PX pixels along a side, where
too little detail is left to tell specimens apart, only whole pairs count, from 0.99 on.

The bounds were set on photographs of 3,861 copepods (31 to 160 pixels), 216 sperm heads (131), 105 plankton (30 to 503)
and 6,000 of CIFAR-10 (32). The most alike pairs of different copepods reached 0.978 whole, 0.980 cut, 0.988 scaled and
0.990 free; those of sperm heads and plankton 0.91, 0.92, 0.93 and 0.94. Of copies made on purpose, 98% had more than
0.983 after JPEG of quality 40 (CIFAR-10: 0.973), more than 0.994 at half the size, and more than 0.986 after crops of 5
to 15% of a side. JPEG of quality 40 leaves 0.7 to 1.7 grey levels (CIFAR-10: 3), different copepods at least 2.2.
"""

import numpy as np

from augury.images.alignment import LEAST_OVERLAP, centred, length, overlap, samplers
from augury.images.descriptors import blur_matrices
from augury.images.fingerprints import SIDE_PX

FINE_PX, BROAD_PX = 0.7, 2.5
WHOLE = np.array([1.0, 0.0, 1.0, 0.0])
CORRELATIONS = {"whole": 0.98, "cut": 0.98, "scaled": 0.99, "free": 0.995}
LOSSY_CORRELATION = 0.94
RESIDUAL_LEVELS = 1.6
ENLARGED_CORRELATION = 0.97
MOST_ENLARGED = 2.0
TINY_PX = 24
TINY_CORRELATION = 0.99
SNAP = 0.06  # most that a scale, as a logarithm, may differ from the cut's
SAME_SCALE = 0.03  # most that the scales along the two axes may differ, as a logarithm


def judge(one, other, place, size_one, size_other) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Whether aligned thumbnails show the same pixels.

    one, other: (P, 64, 64) uint8, `other` turned. place: (P, 4) of `other` in `one`. size_one, size_other: (P, 2)
    width and height of the images in pixels, turned likewise.
    Returns same (P,) bool, the correlation (P,) of the way that decided, and part (P,) bool: any way but `whole`.
    """
    same, similarity = np.zeros(len(place), bool), np.full(len(place), -1.0)
    part = np.ones(len(place), bool)
    shortest = np.minimum(size_one, size_other).min(1)
    for way, tried, possible in _ways(place, size_one, size_other):
        possible = possible & (overlap(tried) > LEAST_OVERLAP)
        correlation, residual = detail(one, other, tried, size_one, size_other)
        passes = _passes(way, correlation, residual, shortest)
        decides = possible & passes & ~same
        similarity = np.where(decides, correlation, similarity)
        same |= decides
        part[decides] = way != "whole"
    return same, np.minimum(similarity, 1.0), part


def _passes(way: str, correlation, residual, shortest) -> np.ndarray:
    passes = correlation >= CORRELATIONS[way]
    if way in ("whole", "cut"):
        passes |= (correlation >= LOSSY_CORRELATION) & (residual <= RESIDUAL_LEVELS)
    if way == "whole":
        enlarged = np.clip(SIDE_PX / shortest, 1, MOST_ENLARGED)
        passes |= (correlation >= ENLARGED_CORRELATION) & (residual <= RESIDUAL_LEVELS * enlarged)
    return np.where(shortest < TINY_PX, (way == "whole") & (correlation >= TINY_CORRELATION), passes)


def detail(one, other, place, size_one, size_other) -> tuple[np.ndarray, np.ndarray]:
    """Correlation of the band over the common part (P,), and the rest that it leaves (P,) in grey levels."""
    native = np.minimum(np.minimum(size_one, size_other), SIDE_PX)  # (P, 2)
    rows, columns, mask = samplers(place)
    fine = [blur_matrices(FINE_PX * SIDE_PX / native[:, axis]) for axis in (0, 1)]
    broad = [blur_matrices(BROAD_PX * SIDE_PX / native[:, axis]) for axis in (0, 1)]
    weight = np.maximum(broad[1] @ mask @ broad[0].swapaxes(1, 2), 1e-3)

    def band(image):
        image = fine[1] @ image @ fine[0].swapaxes(1, 2)
        return centred(image - broad[1] @ (image * mask) @ broad[0].swapaxes(1, 2) / weight, mask)

    a, b = band(rows @ one.astype(np.float32) @ columns), band(other.astype(np.float32))
    sizes = (length(a) * length(b))[:, 0, 0]
    correlation = (a * b).sum(axis=(1, 2)) / sizes
    mean_square = sizes / np.maximum(mask.sum(axis=(1, 2)), 1)
    return correlation, np.sqrt(np.maximum(1 - correlation**2, 0) * mean_square)


def _ways(place, size_one, size_other):
    """The ways of laying the other on the one: name, place (P, 4), and where it can be (P,) bool."""
    yield "whole", np.broadcast_to(WHOLE, place.shape), np.abs(place - WHOLE).max(1) < SNAP
    cut = np.empty_like(place)
    for axis, first in ((0, 0), (1, 2)):
        cut[:, first] = size_other[:, axis] / size_one[:, axis]
        shift = place[:, first] / 2 + place[:, first + 1] - cut[:, first] / 2  # the middle stays where it is
        cut[:, first + 1] = np.rint(shift * size_one[:, axis]) / size_one[:, axis]
    stretch = np.log(cut[:, [0, 2]] / place[:, [0, 2]])
    yield "cut", cut, np.abs(stretch).max(1) < SNAP
    yield "scaled", place, np.abs(stretch[:, 0] - stretch[:, 1]) < SAME_SCALE
    yield "free", place, np.ones(len(place), bool)
