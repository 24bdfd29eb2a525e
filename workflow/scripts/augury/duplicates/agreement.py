"""The last stage of the search for duplicates: do two aligned thumbnails show the same detail?

What is compared is a band of the spectrum: what a blur of FINE_PX keeps and a blur of BROAD_PX takes away, both widened
where the images are smaller than the thumbnail, so that detail which one of them never had is not asked for. Outlines,
grounds and black corners agree between specimens of one kind once they are laid over each other, and outweigh all else
in a correlation over the whole. So the band is looked at in blocks:

- A block has detail as far as its brightness changes along more than one direction (the smaller eigenvalue of its
  structure tensor: Shi and Tomasi 1994). A straight or gently curved edge has hardly any, whatever its contrast.
- The correlation of detail is the mean over blocks, by their detail. What it tells grows with the pixels that have
  detail: -n / 2 log(1 - r ** 2), the information of n independent pixels of correlation r. Lookalikes were taken for
  copies where few pixels had detail, or agreed little.
- A block contradicts when its correlation is low and what differs is more than compression leaves.

A pair is a copy when hardly a block contradicts, the correlation is high and it tells enough; or, where the map has
no freedom (the one is the other turned by quarter turns, or cut out of it by whole pixels), when nothing differs in any
block but what compression leaves: so are images without detail found. Across classes more is asked for, since a pair
takes both images out of validation and test. `benchmarks/compare_duplicates.py` measured the bounds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy import ndarray as Array

from augury.duplicates.alignment import LEAST_OVERLAP, centred, length, overlap, sampled
from augury.duplicates.descriptors import blur_matrices
from augury.duplicates.fingerprints import SIDE_PX
from augury.duplicates.transforms import turns

FINE_PX, BROAD_PX = 0.7, 2.5
BLOCKS = 8  # along each axis
PIXELS_A_SAMPLE = 5.0  # of the band that are independent of each other, one in so many
NOISE_LEVELS = 1.0  # changes of less, in grey levels a pixel, are no detail
ROUND = 0.25  # share of the smaller eigenvalue in the larger from which a block's detail counts in full
LOUD_LEVELS, LOW_CORRELATION = 2.5, 0.85  # a block that differs by more, and agrees by less, contradicts
RESAMPLED = 0.08  # of a block's own contrast, which resampling changes
TINY_PX = 24  # images of fewer pixels along a side have too little detail: only the whole counts
TURNED_BAND = 0.97  # correlation of the band in discs: two copepods had 0.966, 42 real copies, turned, 0.991 and more
SNAP = 0.06  # most that an affine map may differ from one without freedom


@dataclass(frozen=True)
class Bounds:
    """What a pair must reach."""

    correlation: float  # of detail
    information: float
    exact_correlation: float  # where the affine map has no freedom
    exact_information: float
    band: float  # correlation of the whole band, where nothing else is known than that
    residual_levels: float  # no block differs by more
    ground_levels: float
    enlarged_levels: float  # the same of a whole image that was enlarged to the thumbnail twice
    contradicting: int  # no more blocks


WITHIN = Bounds(0.95, 155, 0.94, 60, 0.96, 3.3, 2.8, 5.5, 1)
ACROSS = Bounds(0.96, 200, 0.95, 90, 0.97, 1.6, 1.6, 4.5, 0)
TINY_CORRELATION = 0.99


class Agreement(NamedTuple):
    """How far aligned images agree, (P,) each."""

    band: np.ndarray  # correlation of the band over the common part
    detail: np.ndarray  # mean correlation of the blocks, by their detail
    information: np.ndarray
    contradicting: np.ndarray  # number of blocks
    residual: np.ndarray  # grey levels that are left over in the block where most are, but for RESAMPLED
    ground: np.ndarray  # the same of what the broad blur keeps, of the whole image's brightness and contrast
    enough: np.ndarray  # bool: the common part is large enough


class Verdicts(NamedTuple):
    """What was found of each pair, (P,) each."""

    same: np.ndarray  # bool
    similarity: np.ndarray  # correlation of the band, at most 1
    affine: np.ndarray  # (P, 2, 3): the one that decided
    part: np.ndarray  # bool: not the whole image on the whole


def judge(
    one: Array,
    other: Array,
    affine: Array,
    size_one: Array,
    size_other: Array,
    round_: bool = False,
    bounds: Bounds = WITHIN,
) -> Verdicts:
    """Whether aligned thumbnails show the same pixels.

    one, other: (P, 64, 64). affine: (P, 2, 3) of `other` in `one`. size_one, size_other: (P, 2) width and height in
    pixels of what the thumbnails show. round_: whether only the discs in the middle are looked at.
    """
    shortest = np.minimum(size_one, size_other).min(1)
    free = detail(one, other, affine, size_one, size_other, round_)
    same = _agrees(free, bounds, bounds.correlation, bounds.information) & (shortest >= TINY_PX)
    if round_:
        same &= free.band >= TURNED_BAND
    verdicts = Verdicts(same, free.band.copy(), affine.copy(), np.ones(len(affine), bool))
    if not round_:
        for whole, tried, possible in _exact_affines(affine, size_one, size_other):
            rows = np.flatnonzero(possible & (free.band > LOW_CORRELATION))
            there = detail(one[rows], other[rows], tried[rows], size_one[rows], size_other[rows])
            passes = _passes_exactly(there, shortest[rows], bounds, whole)
            rows, band = rows[passes], there.band[passes]
            verdicts.same[rows], verdicts.affine[rows], verdicts.part[rows] = True, tried[rows], not whole
            verdicts.similarity[rows] = band
    return verdicts._replace(similarity=np.minimum(verdicts.similarity, 1.0))


def _agrees(agreement: Agreement, bounds: Bounds, correlation: float, information: float) -> np.ndarray:
    fine = agreement.enough & (agreement.contradicting <= bounds.contradicting)
    return fine & (agreement.detail >= correlation) & (agreement.information >= information)


def _passes_exactly(agreement: Agreement, shortest: np.ndarray, bounds: Bounds, whole: bool) -> np.ndarray:
    agrees = _agrees(agreement, bounds, bounds.exact_correlation, bounds.exact_information)
    more = bounds.enlarged_levels * (np.clip(SIDE_PX / shortest, 1, 2) - 1) if whole else 0
    quiet = agreement.enough & (agreement.residual <= np.maximum(bounds.residual_levels, more))
    quiet &= (agreement.contradicting == 0) & (agreement.band >= bounds.band)
    passes = (agrees | quiet) & (agreement.ground <= np.maximum(bounds.ground_levels, more))
    tiny = whole & quiet & (agreement.band >= max(TINY_CORRELATION, bounds.band))
    return np.where(shortest < TINY_PX, tiny, passes)


def detail(
    one: Array, other: Array, affine: Array, size_one: Array, size_other: Array, round_: bool = False
) -> Agreement:
    """The agreement of aligned thumbnails; the arguments are those of `judge`."""
    native = _native(affine, size_one, size_other)
    seen, mask = sampled(one.astype(np.float32), affine, round_)
    fine = [blur_matrices(FINE_PX * SIDE_PX / native[:, axis]) for axis in (0, 1)]
    broad = [blur_matrices(BROAD_PX * SIDE_PX / native[:, axis]) for axis in (0, 1)]
    shown = [np.maximum(each[1] @ mask @ each[0].swapaxes(1, 2), 1e-3) for each in (fine, broad)]

    def bands(image: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        image = centred(image, mask)
        image = fine[1] @ image @ fine[0].swapaxes(1, 2) / shown[0] * mask
        ground = broad[1] @ image @ broad[0].swapaxes(1, 2) / shown[1]
        return centred(image - ground, mask), centred(ground, mask)

    (a, ground_a), (b, ground_b) = bands(seen), bands(other.astype(np.float32))
    gain = (ground_a * ground_b).sum(axis=(1, 2), keepdims=True) / length(ground_a) ** 2
    pixels = np.maximum(_blocks(mask), 1)
    visible = _blocks(mask) >= (SIDE_PX // BLOCKS) ** 2 * 0.375
    size_a, size_b = np.sqrt(_blocks(a * a) / pixels), np.sqrt(_blocks(b * b) / pixels)
    correlation = _blocks(a * b) / pixels / np.maximum(size_a * size_b, 1e-6)
    rest = np.sqrt(np.maximum(1 - np.maximum(correlation, 0) ** 2, 0)) * visible
    share = np.maximum(_detail(a, mask, native), _detail(b, mask, native)) * visible
    total = share.sum(axis=(1, 2))
    mean = (share * correlation).sum(axis=(1, 2)) / np.maximum(total, 1e-6)
    samples = total * (native.prod(1) / BLOCKS**2 / PIXELS_A_SAMPLE)
    enlarged = np.clip(SIDE_PX / native.min(1), 1, 2)[:, None, None]
    loud = rest * np.maximum(size_a, size_b) > LOUD_LEVELS * enlarged**0.75
    return Agreement(
        band=((a * b).sum(axis=(1, 2)) / (length(a) * length(b))[:, 0, 0]),
        detail=mean,
        information=-samples / 2 * np.log(np.maximum(1 - np.maximum(mean, 0) ** 2, 1e-6)),
        contradicting=(loud & (correlation < LOW_CORRELATION)).sum(axis=(1, 2)),
        residual=((rest - RESAMPLED) * np.sqrt(size_a * size_b)).max(axis=(1, 2)),
        ground=np.sqrt(_blocks((ground_b - gain * ground_a) ** 2) / pixels * visible).max(axis=(1, 2)),
        enough=np.full(len(affine), True) if round_ else overlap(affine) > LEAST_OVERLAP,
    )


def _native(affine: np.ndarray, size_one: np.ndarray, size_other: np.ndarray) -> np.ndarray:
    """Pixels along the axes of `other`, (P, 2), in the image that has fewer of them, at most a thumbnail's."""
    size = np.abs(affine[:, :, :2])
    turned = size[:, 1, 0] > size[:, 0, 0]
    return np.minimum(np.minimum(np.where(turned[:, None], size_one[:, ::-1], size_one), size_other), SIDE_PX)


def _blocks(values: np.ndarray) -> np.ndarray:
    """Sums, (P, 64, 64) -> (P, BLOCKS, BLOCKS)."""
    step = SIDE_PX // BLOCKS
    return values.reshape(len(values), BLOCKS, step, BLOCKS, step).sum(axis=(2, 4))


def _detail(band: np.ndarray, mask: np.ndarray, native: np.ndarray) -> np.ndarray:
    """How far each block has detail, from 0 to 1, (P, BLOCKS, BLOCKS)."""
    down, across = np.gradient(band, axis=(1, 2))
    scale = (SIDE_PX / native)[:, :, None, None]
    inner = mask.copy()
    inner[:, 1:-1, 1:-1] *= mask[:, 2:, 1:-1] * mask[:, :-2, 1:-1] * mask[:, 1:-1, 2:] * mask[:, 1:-1, :-2]
    across, down = across * inner * scale[:, 0], down * inner * scale[:, 1]
    pixels = np.maximum(_blocks(inner), 1)
    xx, yy, xy = (_blocks(product) / pixels for product in (across * across, down * down, across * down))
    middle, reach = (xx + yy) / 2, np.sqrt(np.maximum(((xx - yy) / 2) ** 2 + xy * xy, 0))
    small = np.maximum(middle - reach, 0)
    return small / (small + NOISE_LEVELS**2) * np.minimum(small / np.maximum(middle + reach, 1e-9) / ROUND, 1)


def _exact_affines(affine: Array, size_one: Array, size_other: Array) -> Iterator[tuple[bool, Array, Array]]:
    """Affine maps without freedom: whether of the whole image, the map (P, 2, 3), whether it is near, (P,) bool."""
    every = turns()
    turn = every[np.abs(affine[:, None, :, :2] - every).max(axis=(2, 3)).argmin(1)]
    size = np.where((np.abs(turn[:, 0, 0]) > 0.5)[:, None], size_other, size_other[:, ::-1])
    scale = size / size_one
    # At whole pixels: the left and upper edges of the other, from the middle of the one, fall on its pixels.
    edge = np.rint((affine[:, :, 2] - scale / 2 + 0.5) * size_one) / size_one
    cut = np.concatenate([scale[:, :, None] * turn, (edge + scale / 2 - 0.5)[:, :, None]], axis=2)
    yield False, cut, np.abs(affine - cut).max(axis=(1, 2)) < SNAP
    whole = np.concatenate([turn, np.zeros((len(affine), 2, 1))], axis=2)
    yield True, whole, np.abs(affine - whole).max(axis=(1, 2)) < SNAP
