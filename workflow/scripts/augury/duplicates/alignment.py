"""The second stage of the search for duplicates: how does one thumbnail lie in another?

From a rough start, an affine map is refined by Gauss-Newton steps on the correlation, with the mean gradient of both
images (efficient second-order minimisation: Benhimane and Malis 2004), coarse first.

An affine map (2, 3) takes what stands at (x, y) in the other thumbnail to affine @ (x, y, 1) in the one.
Both run from -0.5 to 0.5 across each thumbnail, whatever the shape of the image, so that a turn about the middle has no
shift.
"""

import functools

import numpy as np
from numpy import ndarray as Array

from augury.duplicates.descriptors import blur_matrices, normalise
from augury.duplicates.fingerprints import SIDE_PX

Plan = tuple[int, float, int]
Plans = tuple[tuple[Plan, float], ...]
# Side of the images, blur in their pixels, and number of steps, on locally normalised pixels; and the least correlation
# that is worth the next.
APPROACH = (((32, 1.4, 3), 0.5), ((32, 1.4, 5), -1.0))
# Then on what a narrow blur leaves over, which a crop's new border moves less; with the least correlation that is worth
# the next. Of copies 96 to 98% reached them, of other images that had been brought near a quarter to a half.
DETAIL = (((32, 0.7, 3), 0.86), ((64, 0.8, 2), 0.9), ((64, 0.7, 4), 0.9))
DETAIL_PX = 2.5
AREAS = (0.5, 2.0)  # of the other in the one
MOST_STRETCHED = 1.5  # the one axis of the map beside the other
LEAST_OVERLAP = 0.6  # share of the smaller image that both must show
EDGE_PX = 1.0  # of a thumbnail, along the border of the common part, that is not looked at
DISC_PX = 29.0  # radius of the disc in the middle of a thumbnail


def _inside() -> np.ndarray:
    y, x = np.mgrid[:SIDE_PX, :SIDE_PX] + 0.5 - SIDE_PX / 2
    return (1 / (1 + np.exp((np.hypot(x, y) - DISC_PX) / 0.7))).astype(np.float32)


INSIDE = _inside()  # weight of the pixels of a thumbnail, (64, 64), in the disc


def sampled(images: np.ndarray, affine: np.ndarray, round_: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """`images` (P, H, H) float32 at the pixels of the other thumbnails, of the same size: bilinear, (P, H, H).

    affine: (P, 2, 3). Returns the mask of what lies inside `images` as well, or (`round_`) inside the discs
    in the middle of both: a turn fills corners with something.
    """
    count, own = images.shape[:2]
    grid, disc = _grid(own)
    at = affine.astype(np.float32) @ grid  # (P, 2, H * H)
    mask = (np.abs(at) < np.float32(0.5 - EDGE_PX / SIDE_PX)).all(1)
    if round_:
        mask &= (at[:, 0] ** 2 + at[:, 1] ** 2 < np.float32((DISC_PX / SIDE_PX) ** 2)) & disc
    at *= own
    at += (own - 1) / 2
    np.clip(at, 0, own - 1.001, out=at)
    whole = at.astype(np.intp)
    at -= whole
    x, y = at[:, 0], at[:, 1]
    first = whole[:, 1] * own
    first += whole[:, 0]
    first += np.arange(count)[:, None] * (own * own)
    flat = images.reshape(-1)
    corner = flat.take(first)
    first += own
    below = flat.take(first)
    first += 1
    beside = flat.take(first)
    beside -= below
    below += beside * x
    first -= own
    beside = flat.take(first)
    beside -= corner
    corner += beside * x
    corner += (below - corner) * y
    return corner.reshape(count, own, own), mask.reshape(count, own, own).astype(np.float32)


def approach(
    one: np.ndarray, other: np.ndarray, affine: np.ndarray, round_: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Bring `other` near to where it lies in `one`.

    one, other: (P, 64, 64); affine: (P, 2, 3); round_: whether only the discs in the middle are looked at. Returns the
    affine map and the correlation of the blurred, locally normalised pixels there (P,).
    """
    weight = INSIDE if round_ else None
    return _climb_on(normalise(one, weight), normalise(other, weight), affine, APPROACH, round_)


def refine(
    one: np.ndarray, other: np.ndarray, affine: np.ndarray, round_: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """The exact affine map (P, 2, 3) from one that `approach` found, and whether it is worth a look, (P,) bool."""
    blur = blur_matrices(np.array([DETAIL_PX]))[0]
    one, other = one.astype(np.float32), other.astype(np.float32)
    one, other = one - blur @ one @ blur.T, other - blur @ other @ blur.T
    affine, score = _climb_on(one, other, affine, DETAIL, round_)
    return affine, score >= DETAIL[-1][1]


def centred(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """(P, H, H) with mean zero under the mask, and zero outside it."""
    mean = _dot(values, mask) / np.maximum(np.einsum("pij->p", mask), 1)
    return (values - mean[:, None, None]) * mask


def length(values: np.ndarray) -> np.ndarray:
    """Euclidean length of each image, (P, 1, 1), at least 1e-6."""
    return np.maximum(np.sqrt(_dot(values, values)), 1e-6)[:, None, None]


def overlap(affine: np.ndarray) -> np.ndarray:
    """Share of the smaller image that both show, (P,), to a percent."""
    inside = (np.abs(affine.astype(np.float32) @ _grid(SIDE_PX // 2)[0]) <= 0.5).all(1)
    inside = np.count_nonzero(inside, axis=1) / inside.shape[1]
    return inside * np.maximum(np.abs(np.linalg.det(affine[:, :, :2])), 1)


def plausible(affine: np.ndarray) -> np.ndarray:
    """Whether a copy could lie so, (P,) bool: about as large, hardly stretched, and most of it in sight."""
    square = (affine[:, :, :2] ** 2).sum(axis=(1, 2))
    area = np.maximum(np.abs(np.linalg.det(affine[:, :, :2])), 1e-6)
    stretch = (square / area + np.sqrt(np.maximum((square / area) ** 2 - 4, 0))) / 2  # the larger axis by the smaller
    fine = (area > AREAS[0]) & (area < AREAS[1]) & (stretch < MOST_STRETCHED)
    return fine & (overlap(affine) > LEAST_OVERLAP)


@functools.cache
def _grid(side: int) -> tuple[np.ndarray, np.ndarray]:
    """x, y and 1 of the pixels of a thumbnail, (3, side * side) float32, and whether they lie in the disc."""
    axis = (np.arange(side) + 0.5) / side - 0.5
    y, x = np.meshgrid(axis, axis, indexing="ij")
    grid = np.stack([x.ravel(), y.ravel(), np.ones(side * side)]).astype(np.float32)
    return grid, (grid[:2] ** 2).sum(0) < (DISC_PX / SIDE_PX) ** 2


def _halved(images: np.ndarray) -> np.ndarray:
    rows = images[:, ::2] + images[:, 1::2]
    return (rows[:, :, ::2] + rows[:, :, 1::2]) * np.float32(0.25)


def _climb_on(one: Array, other: Array, affine: Array, plans: Plans, round_: bool) -> tuple[Array, Array]:
    """Climb plan by plan; a pair that a plan does not bring to its least correlation is left there."""
    affine, score, left = affine.copy(), np.full(len(affine), -1.0), np.arange(len(affine))
    halves = _halved(one), _halved(other)
    for plan, least in plans:
        a, b = (each[left] for each in ((one, other) if plan[0] == SIDE_PX else halves))
        affine[left], score[left] = _climb(a, b, affine[left], plan, round_)
        stopped = score[left] < least
        score[left[stopped]] = -1
        left = left[~stopped]
        if not len(left):
            break
    return affine, score


def _climb(one: Array, other: Array, affine: Array, plan: Plan, round_: bool) -> tuple[Array, Array]:
    side, width_px, steps = plan
    blur = blur_matrices(np.array([width_px * SIDE_PX / side]))[0][:: SIDE_PX // side, :: SIDE_PX // side]
    blur = blur / blur.sum(1, keepdims=True)
    one, other = np.ascontiguousarray(blur @ one @ blur.T), blur @ other @ blur.T
    slopes = _slopes(other)
    score, step = _step(one, other, slopes, affine, round_)
    for _ in range(steps):
        moved = _moved(affine, step)
        new, following = _step(one, other, slopes, moved, round_)
        better = (new > score) & plausible(moved)
        affine, score = np.where(better[:, None, None], moved, affine), np.where(better, new, score)
        step = np.where(better[:, None], following, step / 4)  # a step that made it worse was too long
    return affine, score


def _moved(affine: np.ndarray, step: np.ndarray) -> np.ndarray:
    """The affine map after a step (P, 6) in the other image's own frame."""
    change = step.reshape(-1, 2, 3)
    matrix = affine[:, :, :2] @ (np.eye(2) + change[:, :, :2])
    return np.concatenate([matrix, affine[:, :, :2] @ change[:, :, 2:] + affine[:, :, 2:]], axis=2)


def _step(one: Array, other: Array, slopes: tuple[Array, Array], affine: Array, round_: bool) -> tuple[Array, Array]:
    """The correlation at `affine` (P,) and the step from there (P, 6)."""
    count, side = one.shape[:2]
    seen, mask = sampled(one, affine, round_)
    slope_y, slope_x = _slopes(seen)
    seen, aim = centred(seen, mask), centred(other, mask)
    size, aim_size = 1 / length(seen), 1 / length(aim)
    seen *= size
    aim *= aim_size
    mask *= np.float32(0.5)
    along = np.empty((count, 2, side * side), np.float32)  # the mean slope of both, across and down
    for number, (own, others) in enumerate(((slope_x, slopes[1]), (slope_y, slopes[0]))):
        own *= size
        own += others * aim_size
        np.multiply(own, mask, out=along[:, number].reshape(own.shape))
    # Image by image, as rounding must not depend on which images are looked at together.
    products = np.stack([along[:, 0] * along[:, 0], along[:, 0] * along[:, 1], along[:, 1] * along[:, 1]], axis=1)
    xx, xy, yy = (products @ _moments(side)).reshape(count, 3, 3, 3).swapaxes(0, 1)
    square = np.concatenate([np.concatenate([xx, xy], axis=2), np.concatenate([xy, yy], axis=2)], axis=1)
    along *= (aim - seen).reshape(count, 1, -1)
    pull = (along @ _grid(side)[0].T).reshape(count, 6, 1)
    damping = (1e-3 * np.trace(square, axis1=1, axis2=2)[:, None, None] / 6 + 1e-6) * np.eye(6)
    return _dot(seen, aim), np.linalg.solve(square + damping, pull)[:, :, 0]


def _dot(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Image by image, (P, H, H) each -> (P,)."""
    return np.einsum("pij,pij->p", one, other)


@functools.cache
def _moments(side: int) -> np.ndarray:
    """Products of x, y and 1 of the pixels, (side * side, 9) float32: row by row of the matrix that they make."""
    grid = _grid(side)[0]
    return np.ascontiguousarray((grid[:, None] * grid).reshape(9, -1).T)


def _slopes(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Change down and across, a thumbnail's side as the unit, (P, H, H) each; at the borders zero."""
    down, across = np.zeros_like(images), np.zeros_like(images)
    half = np.float32(images.shape[1] / 2)
    np.multiply(images[:, 2:] - images[:, :-2], half, out=down[:, 1:-1])
    np.multiply(images[:, :, 2:] - images[:, :, :-2], half, out=across[:, :, 1:-1])
    return down, across
