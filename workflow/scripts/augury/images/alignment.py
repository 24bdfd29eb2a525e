"""The second stage of the search for duplicates: how does one thumbnail lie in another?

The best of 26 windows x 8 flips and quarter turns is found from cosine coefficients (augury.images.starts); from there
scale and shift along both axes are refined by Gauss-Newton steps on the correlation (Lucas and Kanade 1981), coarse
first.

A place is four numbers, scale x, shift x, scale y, shift y: what stands at x (0 to 1 across) in the other thumbnail,
turned, stands at scale * x + shift in the one.
"""

import numpy as np

from augury.images.descriptors import blur_matrices, normalise
from augury.images.fingerprints import SIDE_PX

NORMAL_STEPS = ((2.0, 6),)  # blur in pixels and number of steps, on locally normalised pixels
DETAIL_STEPS = ((1.0, 6), (0.7, 4))  # then on what a narrow blur leaves over, which a crop's new border moves less
DETAIL_PX = 2.5
SCALES = (0.7, 1.4)
LEAST_OVERLAP = 0.6  # share of the smaller image that both must show
TRANSFORMS = ("identity", "flip", "flip_vertical", "rotate180", "transpose", "rotate270", "rotate90", "transverse")
TRANSPOSED = 4
GRID = ((np.arange(SIDE_PX) + 0.5) / SIDE_PX).astype(np.float32)


def turned(images: np.ndarray, transform: int) -> np.ndarray:
    """(..., H, W) after the transform of that number: transposed if it is over 3, then flipped by its two low bits.

    Quarter turns are counter-clockwise, as Pillow's are.
    """
    if transform & TRANSPOSED:
        images = np.swapaxes(images, -1, -2)
    if transform & 1:
        images = images[..., ::-1]
    return images[..., ::-1, :] if transform & 2 else images


def turned_each(images: np.ndarray, transforms: np.ndarray) -> np.ndarray:
    """(P, 64, 64), each after its own transform."""
    made = np.empty_like(images)
    for number in range(len(TRANSFORMS)):
        made[transforms == number] = turned(images[transforms == number], number)
    return made


def inverse(transform: int) -> int:
    """The number of the transform that undoes this one: only the two quarter turns are not their own."""
    return {5: 6, 6: 5}.get(transform, transform)


def turned_coefficients(coefficient: np.ndarray, transform: int) -> np.ndarray:
    """Cosine coefficients of the turned images from those of the images, (N, K, K)."""
    sign = (-1.0) ** np.arange(coefficient.shape[1], dtype=np.float32)
    if transform & TRANSPOSED:
        coefficient = np.swapaxes(coefficient, 1, 2)
    if transform & 1:
        coefficient = coefficient * sign
    return coefficient * sign[:, None] if transform & 2 else coefficient


def approach(one: np.ndarray, other: np.ndarray, place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bring `other` near to where it lies in `one`.

    one, other: (P, 64, 64) uint8, `other` already turned; place: (P, 4). Returns the place (P, 4) and the
    correlation of the blurred, locally normalised pixels there (P,).
    """
    return _climb(normalise(one), normalise(other), place, NORMAL_STEPS)


def refine(one: np.ndarray, other: np.ndarray, place: np.ndarray) -> np.ndarray:
    """The exact place (P, 4) from one that `approach` found."""
    blur = blur_matrices(np.array([DETAIL_PX]))[0]
    one, other = one.astype(np.float32), other.astype(np.float32)
    return _climb(one - blur @ one @ blur.T, other - blur @ other @ blur.T, place, DETAIL_STEPS)[0]


def samplers(place: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bilinear sampling of `one` at the pixels of `other`, as rows @ one @ columns.

    place: (P, 4). Returns rows and columns (P, 64, 64), and the mask (P, 64, 64) float32 of what lies inside `one`.
    """
    matrices, masks = [], []
    for axis in (2, 0):
        at = (place[:, axis, None] * GRID + place[:, axis + 1, None]) * SIDE_PX - 0.5  # (P, 64) in pixels of `one`
        masks.append((at >= -0.5) & (at <= SIDE_PX - 0.5))
        at = np.clip(at, 0, SIDE_PX - 1)
        matrices.append(np.maximum(0, 1 - np.abs(at[:, :, None] - np.arange(SIDE_PX))).astype(np.float32))
    mask = (masks[0][:, :, None] & masks[1][:, None, :]).astype(np.float32)
    return matrices[0], matrices[1].swapaxes(1, 2), mask


def centred(values: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """(P, 64, 64) with mean zero under the mask, and zero outside it."""
    count = np.maximum(mask.sum(axis=(1, 2), keepdims=True), 1)
    return (values - (values * mask).sum(axis=(1, 2), keepdims=True) / count) * mask


def length(values: np.ndarray) -> np.ndarray:
    """Euclidean length of each image, (P, 1, 1), at least 1e-6."""
    return np.maximum(np.sqrt((values * values).sum(axis=(1, 2), keepdims=True)), 1e-6)


def overlap(place: np.ndarray) -> np.ndarray:
    """Share of the smaller image that both show, (P,)."""
    share = np.ones(len(place))
    for scale, shift in ((place[:, 0], place[:, 1]), (place[:, 2], place[:, 3])):
        share = share * np.maximum(np.minimum(shift + scale, 1) - np.maximum(shift, 0), 0) / np.minimum(scale, 1)
    return share


def _climb(one, other, place, plan) -> tuple[np.ndarray, np.ndarray]:
    for width_px, steps in plan:
        blur = blur_matrices(np.array([width_px]))[0]
        smooth_one, smooth_other = blur @ one @ blur.T, blur @ other @ blur.T
        slope_y, slope_x = np.gradient(smooth_one * SIDE_PX, axis=(1, 2))
        score, step = _step(smooth_one, slope_x, slope_y, smooth_other, place)
        for _ in range(steps):
            moved = place + step
            new, following = _step(smooth_one, slope_x, slope_y, smooth_other, moved)
            better = (new > score) & _plausible(moved)
            place, score = np.where(better[:, None], moved, place), np.where(better, new, score)
            step = np.where(better[:, None], following, step / 4)  # a step that made it worse was too long
    return place, score


def _step(one, slope_x, slope_y, other, place) -> tuple[np.ndarray, np.ndarray]:
    """The correlation at `place` (P,) and the Gauss-Newton step from there (P, 4)."""
    rows, columns, mask = samplers(place)
    seen, aim = centred(rows @ one @ columns, mask), centred(other, mask)
    size = length(seen)
    seen, aim = seen / size, aim / length(aim)
    along_x, along_y = rows @ slope_x @ columns * mask / size, rows @ slope_y @ columns * mask / size
    jacobian = np.stack([along_x * GRID, along_x, along_y * GRID[:, None], along_y], axis=1)
    jacobian = jacobian.reshape(len(place), 4, -1)
    square = jacobian @ jacobian.swapaxes(1, 2)
    damping = (1e-3 * np.trace(square, axis1=1, axis2=2)[:, None, None] + 1e-6) * np.eye(4)
    step = np.linalg.solve(square + damping, jacobian @ (aim - seen).reshape(len(place), -1, 1))[:, :, 0]
    return (seen * aim).sum(axis=(1, 2)), step


def _plausible(place: np.ndarray) -> np.ndarray:
    scales = place[:, [0, 2]]
    return ((scales > SCALES[0]) & (scales < SCALES[1])).all(1) & (overlap(place) > LEAST_OVERLAP)
