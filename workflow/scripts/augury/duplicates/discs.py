"""Copies turned by any angle: discs in the middle of the images, described so that a turn does not matter.

A disc is projected on rings times circular harmonics. A turn by an angle multiplies the coefficient of order m by a
phase, m times that angle, and a mirror conjugates it: sizes of coefficients, and of the products of two rings of one
order the real part and the size of the imaginary part, stay the same. What all images share (a ground, an outline)
would outweigh what tells one from another, so these are whitened over the set.

The angle between two discs is where the sum of the products of their coefficients, turned, is largest.
"""

from collections.abc import Iterator

import numpy as np

from augury.duplicates.fingerprints import SIDE_PX

HALF = SIDE_PX // 2
RINGS_PX = np.arange(3.0, 28.0, 4.0)  # radii, in pixels of a thumbnail
RING_WIDTH_PX = 2.2
FINEST = 0.55  # the highest order on a ring, by its radius in pixels
ORDERS = 16  # more than the highest order
APART = 2  # rings that are compared with each other
DIMENSIONS = 96
SHRINKAGE = 0.5  # of the mean variance, added to every variance
ANGLES = 32  # `alignment.approach` comes from 12 degrees off
# Centre (x, y) and size of the discs of an image that are compared with the disc in the middle of the others.
WINDOWS = ((0, 0, 1), (0, 0, 0.89), (0, 0, 1.12), (0.06, 0, 1), (-0.06, 0, 1), (0, 0.06, 1), (0, -0.06, 1))


def _harmonics() -> tuple[np.ndarray, np.ndarray]:
    """The number of the ring and the order of each coefficient, (K,) each."""
    pairs = [(n, m) for n, ring in enumerate(RINGS_PX) for m in range(int(FINEST * ring + 0.5) + 1)]
    rings, orders = np.array(pairs).T
    return rings, orders


RING, ORDER = _harmonics()
WEIGHT = np.sqrt(1.0 + ORDER).astype(np.float32)


def _basis(window: tuple[float, float, float]) -> np.ndarray:
    """(HALF * HALF, 2 * K) float32: real parts, then imaginary parts."""
    x_centre, y_centre, size = window
    y, x = np.mgrid[:HALF, :HALF] * 2 + 1 - SIDE_PX / 2
    x, y = (x - x_centre * SIDE_PX).ravel() / size, (y - y_centre * SIDE_PX).ravel() / size
    ring = np.exp(-0.5 * ((np.hypot(x, y)[:, None] - RINGS_PX[RING]) / RING_WIDTH_PX) ** 2)
    waves = ring * np.exp(-1j * ORDER * np.arctan2(y, x)[:, None])
    waves /= np.linalg.norm(waves, axis=0)
    return np.concatenate([waves.real, waves.imag], axis=1).astype(np.float32)


BASES = np.stack([_basis(window) for window in WINDOWS])


def coefficients(normal: np.ndarray, windows: int = 1) -> np.ndarray:
    """Thumbnails normalised locally INSIDE the disc (N, 64, 64) -> (N, windows, K) complex64 of unit length."""
    small = normal.reshape(len(normal), HALF, 2, HALF, 2).mean(axis=(2, 4)).reshape(len(normal), -1)
    products = np.stack([small @ basis for basis in BASES[:windows]], axis=1)
    made = products[:, :, : len(ORDER)] + 1j * products[:, :, len(ORDER) :]
    return made / np.maximum(np.linalg.norm(made, axis=-1, keepdims=True), 1e-6)


def invariants(coefficient: np.ndarray) -> np.ndarray:
    """(..., K) complex -> (..., L) float32: the same whatever the turn, mirrored or not."""
    size = np.abs(coefficient)
    one, other = (np.array(each) for each in zip(*_rings_of_one_order(), strict=True))
    product = coefficient[..., one] * coefficient[..., other].conj()
    product = product / (np.sqrt(size[..., one] * size[..., other]) + 1e-9) * WEIGHT[one]
    parts = [size * WEIGHT, product.real, np.abs(product.imag)]
    return np.concatenate(parts, axis=-1, dtype=np.float32)


def _rings_of_one_order() -> Iterator[tuple[int, int]]:
    for order in range(1, ORDERS):
        same = np.flatnonzero(order == ORDER)
        for apart in range(1, APART + 1):
            yield from zip(same[:-apart].tolist(), same[apart:].tolist(), strict=True)


class Whitening:
    """What makes vectors of a set comparable: without their mean, and with like variance along every direction."""

    def __init__(self, vectors: np.ndarray) -> None:
        """vectors: (n, L), a sample of the set, n > 0."""
        self.mean = vectors.mean(0)
        values, directions = np.linalg.eigh(np.cov((vectors - self.mean).T.astype(np.float64), bias=True))
        values, directions = values[-DIMENSIONS:], directions[:, -DIMENSIONS:]
        spread = np.sqrt(np.maximum(values, 0) + SHRINKAGE * max(values.mean(), 1e-9))
        self.matrix = (directions / spread).astype(np.float32)

    def __call__(self, vectors: np.ndarray) -> np.ndarray:
        """(..., L) -> (..., DIMENSIONS) float32 of unit length."""
        made = (vectors - self.mean) @ self.matrix
        return made / np.maximum(np.linalg.norm(made, axis=-1, keepdims=True), 1e-6)


def best_turns(own: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How the disc in the middle of other images lies in one image.

    own: coefficients of the windows of one image (W, K). others: of the middle of M others, (M, K).
    Returns affine maps (M, 2, 3) as `duplicates.alignment` has them, and the correlations (M,) there.
    """
    by_order = np.eye(ORDERS, dtype=np.float32)[ORDER]  # (K, ORDERS)
    mirrored = (others * (-1.0) ** ORDER).conj()
    both = np.stack([others, mirrored], axis=1).conj()  # (M, 2, K)
    products = (own[None, :, None] * both[:, None]) @ by_order  # (M, W, 2, ORDERS)
    turned = np.fft.ifft(products, ANGLES, axis=-1).real * ANGLES
    best = turned.reshape(len(others), -1).argmax(1)
    window, mirror, angle = np.unravel_index(best, turned.shape[1:])
    score = turned.reshape(len(others), -1)[np.arange(len(others)), best]
    x, y, size = np.array(WINDOWS)[window].T
    angle = angle * (2 * np.pi / ANGLES)
    sign = 1 - 2 * mirror
    affine = np.stack([np.cos(angle) * sign, -np.sin(angle), x / size, np.sin(angle) * sign, np.cos(angle), y / size])
    return (affine * size).T.reshape(-1, 2, 3), score
