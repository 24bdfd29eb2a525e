"""Two ways to look at a thumbnail: as it is, the whole stretched to a square, or its middle unstretched.

An image that is turned and then stretched to another shape lies turned in the one; a photograph that is turned within
its frame lies turned in the other.
"""

from dataclasses import dataclass

import numpy as np

from augury.duplicates.fingerprints import SIDE_PX, image_sizes, thumbnails

OBLONG = 1.1  # the longer side by the shorter; of images that are more so, the two ways differ


def oblong(sizes: np.ndarray) -> np.ndarray:
    """(N, 2) width and height -> (N,) bool."""
    return sizes.max(1) > OBLONG * sizes.min(1)


def shares(sizes: np.ndarray) -> np.ndarray:
    """The part of width and height that the square in the middle takes, (N, 2)."""
    return sizes.min(1, keepdims=True) / np.maximum(sizes, 1)


def squares(thumbs: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The square in the middle of each image, (N, 64, 64) uint8 -> float32 of the same shape."""
    axis = (np.arange(SIDE_PX) + 0.5) / SIDE_PX - 0.5
    at = np.clip((shares(sizes)[:, :, None] * axis + 0.5) * SIDE_PX - 0.5, 0, SIDE_PX - 1)  # (N, 2, 64)
    samplers = np.maximum(0, 1 - np.abs(at[..., None] - np.arange(SIDE_PX))).astype(np.float32)
    return samplers[:, 1] @ thumbs.astype(np.float32) @ samplers[:, 0].swapaxes(1, 2)


def from_squares(affine: np.ndarray, size_one: np.ndarray, size_other: np.ndarray) -> np.ndarray:
    """The affine map (P, 2, 3) in thumbnails, as `duplicates.alignment` has them, of one in the squares."""
    one, other = shares(size_one), shares(size_other)
    matrix = one[:, :, None] * affine[:, :, :2] / other[:, None, :]
    return np.concatenate([matrix, one[:, :, None] * affine[:, :, 2:]], axis=2)


@dataclass(frozen=True)
class Frame:
    """What is laid over each other: thumbnails, or their squares; whole, or (`round_`) the discs in the middle."""

    round_: bool = False
    squared: bool = False

    def view(self, fingerprints: np.ndarray) -> np.ndarray:
        """(P, FINGERPRINT_BYTES) uint8 -> (P, 64, 64)."""
        thumbs = thumbnails(fingerprints)
        return squares(thumbs, image_sizes(fingerprints)) if self.squared else thumbs

    def shown(self, sizes: np.ndarray) -> np.ndarray:
        """Width and height in pixels of what is laid over each other, (P, 2), of images of those sizes."""
        return np.repeat(sizes.min(1, keepdims=True), 2, axis=1) if self.squared else sizes

    def in_thumbnails(self, affine: np.ndarray, size_one: np.ndarray, size_other: np.ndarray) -> np.ndarray:
        """An affine map (P, 2, 3) of what is looked at as one of thumbnails."""
        return from_squares(affine, size_one, size_other) if self.squared else affine
