"""Images of the same pixels: exact copies, and near ones (flips, quarter turns, recompression, resizing, small crops).

All from fingerprints, in three stages: `descriptors.candidates` names up to 50 partners an image, `alignment.starts`
keeps the PARTNERS that fit best and `alignment.approach` and `refine` lay them over each other, `agreement.judge`
compares the detail.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from augury.command.progress import Progress
from augury.images import agreement, alignment
from augury.images.descriptors import candidates
from augury.images.fingerprints import HASH_BYTES, image_sizes, pixel_hashes, thumbnails
from augury.tables.rows import DuplicateRow, ImageRow

PARTNERS = 8  # at most as many of an image's candidates are aligned
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


def find_pairs(fingerprints: np.ndarray, groups: np.ndarray | None = None, near: bool = True) -> list[Pair]:
    """All pairs of duplicates, sorted; without `near` only those of equal pixels.

    fingerprints: (N, FINGERPRINT_BYTES) uint8. groups: (N,) int; where given, only pairs of different groups count.
    Without groups, more than two images of equal pixels are linked to the first of them, not each to each.
    """
    found = {(pair.one, pair.other): pair for pair in _near(fingerprints, groups)} if near else {}
    found |= {(one, other): Pair(one, other, "exact", "identity", 1.0) for one, other in _exact(fingerprints, groups)}
    return [found[key] for key in sorted(found)]


def duplicate_rows(rows: list[ImageRow], pairs: list[Pair]) -> Iterator[DuplicateRow]:
    """The table's rows; the image of the smaller sha256 comes first."""
    for pair in pairs:
        a, b, transform = rows[pair.one], rows[pair.other], pair.transform
        if (b.sha256, b.class_, b.path) < (a.sha256, a.class_, a.path):
            a, b, transform = b, a, _backwards(transform)
        yield DuplicateRow(
            sha256_a=a.sha256, path_a=a.path, class_a=a.class_, sha256_b=b.sha256, path_b=b.path, class_b=b.class_,
            relation=pair.relation, transform=transform, similarity=pair.similarity, conflict=a.class_ != b.class_,
        )  # fmt: skip


def _exact(fingerprints: np.ndarray, groups: np.ndarray | None) -> Iterator[tuple[int, int]]:
    alike: dict[bytes, list[int]] = defaultdict(list)
    for number, pixels in enumerate(pixel_hashes(fingerprints)):
        alike[pixels].append(number)
    for numbers in alike.values():
        for place, one in enumerate(numbers[:1] if groups is None else numbers):
            for other in numbers[place + 1 :]:
                if groups is None or groups[one] != groups[other]:
                    yield one, other


def _near(fingerprints: np.ndarray, groups: np.ndarray | None) -> list[Pair]:
    thumbs, sizes = thumbnails(fingerprints), image_sizes(fingerprints)
    pairs = candidates(thumbs, groups)
    pixels = fingerprints[:, :HASH_BYTES]
    pairs = pairs[(pixels[pairs[:, 0]] != pixels[pairs[:, 1]]).any(1)]
    place, transform, score = alignment.starts(thumbs, pairs)
    kept = _promising(pairs[:, 0], score)
    best: dict[tuple[int, int], Pair] = {}
    progress = Progress("aligning pairs", len(kept), "pairs")
    for start in range(0, len(kept), CHUNK):
        chunk = kept[start : start + CHUNK]
        for pair in _judged(thumbs, sizes, pairs[chunk], place[chunk], transform[chunk]):
            key = (pair.one, pair.other)
            if key not in best or pair.similarity > best[key].similarity:
                best[key] = pair
        progress.add(len(chunk))
    return list(best.values())


def _promising(first: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Numbers of the pairs worth aligning, sorted: of each first image the PARTNERS with the best start."""
    order = np.lexsort((-score, first))
    rank = np.arange(len(order)) - np.searchsorted(first[order], first[order])
    return np.sort(order[(rank < PARTNERS) & (score[order] >= START_LEAST)])


def _judged(thumbs, sizes, pairs, place, transform) -> Iterator[Pair]:
    ones, others = pairs.T
    turned = alignment.turned_each(thumbs[others], transform)
    turned_sizes = np.where((transform >= 4)[:, None], sizes[others][:, ::-1], sizes[others])
    place, coarse = alignment.approach(thumbs[ones], turned, place)
    near = np.flatnonzero(coarse >= COARSE_LEAST)
    if not len(near):
        return
    ones, others, transform, turned, turned_sizes = (
        each[near] for each in (ones, others, transform, turned, turned_sizes)
    )
    place = alignment.refine(thumbs[ones], turned, place[near])
    same, similarity, part = agreement.judge(thumbs[ones], turned, place, sizes[ones], turned_sizes)
    for k in np.flatnonzero(same):
        one, other, number = int(ones[k]), int(others[k]), int(transform[k])  # the transform maps other on one
        number = number if one > other else alignment.inverse(number)
        name = alignment.TRANSFORMS[number] + (" crop" if part[k] else "")
        yield Pair(min(one, other), max(one, other), "near", name, float(similarity[k]))


def _backwards(transform: str) -> str:
    name, *crop = transform.split()
    number = alignment.inverse(alignment.TRANSFORMS.index(name))
    return " ".join([alignment.TRANSFORMS[number], *crop])
