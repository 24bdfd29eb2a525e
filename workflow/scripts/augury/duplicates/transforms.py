"""The eight flips and quarter turns of an image, by number."""

import numpy as np

# By number: transposed if it is over 3, then flipped by its two low bits. Quarter turns are counter-clockwise (Pillow).
TRANSFORMS = ("identity", "flip", "flip_vertical", "rotate180", "transpose", "rotate270", "rotate90", "transverse")
TRANSPOSED = 4


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


def turns() -> np.ndarray:
    """The eight transforms as maps (8, 2, 2): what stands at (x, y) in an image stands there once it is turned."""
    made = np.empty((len(TRANSFORMS), 2, 2))
    for number in range(len(TRANSFORMS)):
        flips = np.diag([-1.0 if number & 1 else 1.0, -1.0 if number & 2 else 1.0])
        made[number] = flips @ (np.eye(2)[::-1] if number & TRANSPOSED else np.eye(2))
    return made
