"""Images of the same pixels: exact copies, and near ones (flips, quarter turns, recompression, resizing, small crops).

All from fingerprints, in three stages: `descriptors.candidates` names up to 50 partners an image, `starts.best_starts`
keeps the PARTNERS that fit best and `alignment.approach` and `refine` lay them over each other, `agreement.judge`
compares the detail. Each span of images passes through all of them before the next: memory holds 0.8 kB an image
(images.held), and of fingerprints on disk what is being looked at.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from augury.command.progress import Progress
from augury.images import agreement, alignment
from augury.images.descriptors import candidates, descriptors, parts
from augury.images.fingerprints import blocks, image_sizes, pixel_hashes, thumbnails
from augury.images.held import SPAN, Held
from augury.images.large import drop_pages
from augury.images.starts import best_starts
from augury.splits.identity import named_apart
from augury.tables.rows import DuplicateRow, ImageRow

PARTNERS = 8  # at most as many of an image's candidates are aligned
APART = "apart"  # the relation of images that are nearly alike, but named as two specimens
START_LEAST = 0.8  # correlation of the low frequencies; of 500 crops, turned and compressed, the least was 0.83
COARSE_LEAST = 0.94  # correlation after the approach: copies had at least 0.958, three quarters of lookalikes have less
CHUNK = 64  # pairs that are aligned at a time


@dataclass(frozen=True, slots=True)
class Pair:
    """Two images of the same pixels, by their numbers, one < other."""

    one: int
    other: int
    relation: str  # exact or near
    transform: str  # what maps one on the other, with " crop" where one shows a part of the other
    similarity: float


def find_pairs(
    fingerprints: np.ndarray, groups: np.ndarray | None = None, near: bool = True, span: int = SPAN
) -> list[Pair]:
    """All pairs of duplicates, sorted; without `near` only those of equal pixels.

    fingerprints: (N, FINGERPRINT_BYTES) uint8. groups: (N,) int; where given, only pairs of different groups count.
    Without groups, more than two images of equal pixels are linked to the first of them, not each to each. span: images
    that are looked at at a time.
    """
    pixels = pixel_hashes(fingerprints)
    found = _near(fingerprints, pixels, groups, span) if near else {}
    found |= {(one, other): Pair(one, other, "exact", "identity", 1.0) for one, other in _exact(pixels, groups)}
    return [found[key] for key in sorted(found)]


def duplicate_rows(rows: Sequence[ImageRow] | Mapping[int, ImageRow], pairs: list[Pair]) -> Iterator[DuplicateRow]:
    """The table's rows; the image of the smaller sha256 comes first. rows: by the numbers in the pairs.

    Images that are nearly alike but named as two specimens are no conflict. Equal pixels in two classes always are.
    """
    for pair in pairs:
        a, b, transform = rows[pair.one], rows[pair.other], pair.transform
        if (b.sha256, b.class_, b.path) < (a.sha256, a.class_, a.path):
            a, b, transform = b, a, _backwards(transform)
        apart = pair.relation == "near" and named_apart(a.specimen, b.specimen)
        relation = APART if apart else pair.relation
        yield DuplicateRow(
            sha256_a=a.sha256, path_a=a.path, class_a=a.class_, sha256_b=b.sha256, path_b=b.path, class_b=b.class_,
            relation=relation, transform=transform, similarity=pair.similarity,
            conflict=a.class_ != b.class_ and relation != APART,
        )  # fmt: skip


def _exact(pixels: np.ndarray, groups: np.ndarray | None) -> Iterator[tuple[int, int]]:
    order = np.argsort(pixels, kind="stable")
    begins = np.flatnonzero(np.concatenate([np.ones(1, bool), pixels[order[1:]] != pixels[order[:-1]]]))
    sizes = np.diff(begins, append=len(pixels))
    for begin, size in zip(begins[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True):
        numbers = order[begin : begin + size].tolist()
        for place, one in enumerate(numbers[:1] if groups is None else numbers):
            for other in numbers[place + 1 :]:
                if groups is None or groups[one] != groups[other]:
                    yield one, other


def _near(fingerprints, pixels, groups, span: int) -> dict[tuple[int, int], Pair]:
    best: dict[tuple[int, int], Pair] = {}
    held = Held(fingerprints)
    progress = Progress("comparing images", len(fingerprints), "images")
    for start, block in zip(range(0, len(fingerprints), span), blocks(fingerprints, span), strict=True):
        own = parts(thumbnails(block))
        pairs = candidates(descriptors(own), start, held.descriptors, groups)
        pairs = pairs[pixels[pairs[:, 0]] != pixels[pairs[:, 1]]]
        place, transform, score = best_starts(own, held.low, pairs - [start, 0])
        kept = _promising(pairs[:, 0], score)
        for chunk in (kept[first : first + CHUNK] for first in range(0, len(kept), CHUNK)):
            for pair in _judged(fingerprints, pairs[chunk], place[chunk], transform[chunk]):
                key = (pair.one, pair.other)
                if key not in best or pair.similarity > best[key].similarity:
                    best[key] = pair
        progress.add(len(own))
    return best


def _promising(first: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Numbers of the pairs worth aligning, sorted: of each first image the PARTNERS with the best start."""
    order = np.lexsort((-score, first))
    rank = np.arange(len(order)) - np.searchsorted(first[order], first[order])
    return np.sort(order[(rank < PARTNERS) & (score[order] >= START_LEAST)])


def _judged(fingerprints, pairs, place, transform) -> Iterator[Pair]:
    ones, others = (fingerprints[numbers] for numbers in pairs.T)
    drop_pages(fingerprints)
    turned = alignment.turned_each(thumbnails(others), transform)
    place, coarse = alignment.approach(thumbnails(ones), turned, place)
    near = np.flatnonzero(coarse >= COARSE_LEAST)
    if not len(near):
        return
    pairs, ones, others, transform, turned = (each[near] for each in (pairs, ones, others, transform, turned))
    place = alignment.refine(thumbnails(ones), turned, place[near])
    sizes = image_sizes(others)
    sizes = np.where((transform >= alignment.TRANSPOSED)[:, None], sizes[:, ::-1], sizes)
    same, similarity, part = agreement.judge(thumbnails(ones), turned, place, image_sizes(ones), sizes)
    for k in np.flatnonzero(same):
        one, other, number = *pairs[k].tolist(), int(transform[k])  # the transform maps other on one
        number = number if one > other else alignment.inverse(number)
        name = alignment.TRANSFORMS[number] + (" crop" if part[k] else "")
        yield Pair(min(one, other), max(one, other), "near", name, float(similarity[k]))


def _backwards(transform: str) -> str:
    name, *crop = transform.split()
    number = alignment.inverse(alignment.TRANSFORMS.index(name))
    return " ".join([alignment.TRANSFORMS[number], *crop])
