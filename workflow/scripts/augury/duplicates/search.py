"""Images of the same pixels: exact copies, and near ones.

Near are flips, turns by any angle, recompression, resizing, stretching, crops, and cuts of one picture at places that
differ. All from fingerprints, in stages: the looks of `held` name a few partners an image and how they may lie
in it, `alignment.approach` and `refine` lay them over each other, `agreement.judge` compares the detail. Each span of
images passes through all of them before the next: memory holds 1.1 to 1.6 kB an image (`held`), and of
fingerprints on disk what is being looked at.
"""

import contextlib
import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from augury.command.progress import Progress
from augury.duplicates import agreement, alignment
from augury.duplicates.fingerprints import blocks, image_sizes, pixel_hashes
from augury.duplicates.frames import Frame
from augury.duplicates.naming import backwards, transform_name
from augury.duplicates.search_index import SPAN, Starts, looks
from augury.images.mapped_arrays import drop_pages
from augury.images.workers import ordered, pool_of, processes
from augury.splits.identity import named_apart
from augury.tables.rows import DuplicateRow, ImageRow

APART = "apart"  # the relation of images that are nearly alike, but named as two specimens
COARSE_LEAST = 0.92  # correlation after the approach; of copies of all kinds 98 to 100% had as much
CHUNK = 32  # pairs that are aligned at a time
MANY = 300  # images from which processes are worth their start

Chunk = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]  # pairs, affine maps, fingerprints of both images


@dataclass(frozen=True, slots=True)
class Pair:
    """Two images of the same pixels, by their numbers, one < other."""

    one: int
    other: int
    relation: str  # exact or near
    transform: str  # what maps one on the other, as `naming.transform_name` calls it
    similarity: float


def find_pairs(
    fingerprints: np.ndarray,
    groups: np.ndarray | None = None,
    near: bool = True,
    span: int = SPAN,
    bounds: agreement.Bounds = agreement.WITHIN,
    workers: int = 1,
) -> list[Pair]:
    """All pairs of duplicates, sorted; without `near` only those of equal pixels.

    fingerprints: (N, FINGERPRINT_BYTES) uint8. groups: (N,) int; where given, only pairs of different groups count.
    Without groups, more than two images of equal pixels are linked to the first of them, not each to each. span: images
    that are looked at at a time. bounds: what near ones must reach. workers: threads that look at images, and processes
    that lay them over each other; the pairs are the same with any number.
    """
    pixels = pixel_hashes(fingerprints)
    pairs = _near(fingerprints, pixels, groups, span, bounds, workers) if near else {}
    pairs |= {(one, other): Pair(one, other, "exact", "identity", 1.0) for one, other in _exact(pixels, groups)}
    return [pairs[key] for key in sorted(pairs)]


def duplicate_rows(rows: Sequence[ImageRow] | Mapping[int, ImageRow], pairs: list[Pair]) -> Iterator[DuplicateRow]:
    """The table's rows; the image of the smaller sha256 comes first. rows: by the numbers in the pairs.

    Images that are nearly alike but named as two specimens are no conflict. Equal pixels in two classes always are.
    """
    for pair in pairs:
        a, b, transform = rows[pair.one], rows[pair.other], pair.transform
        if (b.sha256, b.class_, b.path) < (a.sha256, a.class_, a.path):
            a, b, transform = b, a, backwards(transform)
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
        for index, one in enumerate(numbers[:1] if groups is None else numbers):
            for other in numbers[index + 1 :]:
                if groups is None or groups[one] != groups[other]:
                    yield one, other


def _near(
    fingerprints: np.ndarray,
    pixels: np.ndarray,
    groups: np.ndarray | None,
    span: int,
    bounds: agreement.Bounds,
    workers: int,
) -> dict[tuple[int, int], Pair]:
    best: dict[tuple[int, int], Pair] = {}
    ways = looks(fingerprints)
    progress = Progress("comparing images", len(fingerprints), "images")
    many = workers > 1 and len(fingerprints) >= MANY

    def look_at(spanned: tuple[int, np.ndarray]) -> tuple[int, list[Starts]]:
        start, block = spanned
        return len(block), [look.starts(block, start, groups, pixels) for look in ways]

    spans = zip(range(0, len(fingerprints), span), blocks(fingerprints, span), strict=True)
    # Products and sorting, of which looks are made, release the interpreter's lock; what lays images over each other
    # holds it.
    with contextlib.ExitStack() as stack:
        pool = stack.enter_context(processes(workers)) if many else None
        threads = stack.enter_context(pool_of(workers if many else 1))
        for count, starts in ordered(threads, look_at, spans, workers):
            for look, (pairs, affine) in zip(ways, starts, strict=True):
                judge = functools.partial(_judged, look.frame, bounds)
                found = ordered(pool, judge, _chunks(fingerprints, pairs, affine), workers)
                for pair in itertools.chain.from_iterable(found):
                    key = (pair.one, pair.other)
                    if key not in best or _order(pair) > _order(best[key]):
                        best[key] = pair
            progress.add(count)
    return best


def _chunks(fingerprints: np.ndarray, pairs: np.ndarray, affine: np.ndarray) -> Iterator[Chunk]:
    for first in range(0, len(pairs), CHUNK):
        some = pairs[first : first + CHUNK]
        ones, others = (fingerprints[numbers] for numbers in some.T)
        drop_pages(fingerprints)
        yield some, affine[first : first + CHUNK], ones, others


def _order(pair: Pair) -> tuple[bool, bool, float, str]:
    # The simplest that explains a pair is kept: a turn by any angle, or a part, fits a whole image as well.
    return "rotation" not in pair.transform, "crop" not in pair.transform, pair.similarity, pair.transform


def _judged(frame: Frame, bounds: agreement.Bounds, chunk: Chunk) -> list[Pair]:
    """Those of some pairs that show the same pixels."""
    pairs, affine, ones, others = chunk
    views = frame.view(ones), frame.view(others)
    affine, coarse = alignment.approach(*views, affine, frame.round_)
    near = np.flatnonzero(coarse >= COARSE_LEAST)
    if not len(near):
        return []
    affine, fine = alignment.refine(views[0][near], views[1][near], affine[near], frame.round_)
    near, affine = near[fine], affine[fine]
    if not len(near):
        return []
    size_one, size_other = image_sizes(ones[near]), image_sizes(others[near])
    shown = frame.shown(size_one), frame.shown(size_other)
    verdicts = agreement.judge(views[0][near], views[1][near], affine, *shown, frame.round_, bounds)
    found = []
    for k in np.flatnonzero(verdicts.same):
        one, other = pairs[near[k]].tolist()
        in_whole = frame.in_thumbnails(verdicts.affine[k : k + 1], size_one[k : k + 1], size_other[k : k + 1])[0]
        name = transform_name(in_whole, size_one[k], size_other[k], bool(verdicts.part[k]))  # it maps other on one
        name = name if one > other else backwards(name)
        found.append(Pair(min(one, other), max(one, other), "near", name, float(verdicts.similarity[k])))
    return found
