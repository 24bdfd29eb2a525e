"""Colour transformations of batches: brightness, contrast, luma flip, hue, saturation, as one matrix an image.

Source of the operations and their strengths: Karras et al. 2020, arXiv:2006.06676, appendix B.
"""

import functools
import math

import torch

from augury.augmentation.chance import coins, factors, normal, touched_or, uniform

Tensor = torch.Tensor

BRIGHTNESS_DEVIATION = 0.2  # of images in [-1, 1]
CONTRAST_DEVIATION = 0.5  # of the logarithm to base 2, as the next
SATURATION_DEVIATION = 1.0


def brightness(added: Tensor) -> Tensor:
    """(N,) -> (N, 4, 4), which adds to every channel."""
    matrix = _identity(added)
    matrix[:, :3, 3] = added[:, None]
    return matrix


def contrast(factor: Tensor) -> Tensor:
    """(N,) -> (N, 4, 4), which multiplies every channel."""
    matrix = _identity(factor)
    matrix[:, :3, :3] *= factor[:, None, None]
    return matrix


def luma_flip(flipped: Tensor) -> Tensor:
    """(N,) of 0 or 1 -> (N, 4, 4): dark becomes bright, hue and saturation stay (a reflection across the luma axis)."""
    matrix = _identity(flipped)
    matrix[:, :3, :3] -= 2 * flipped[:, None, None] * _luma(flipped)
    return matrix


def hue(angle: Tensor) -> Tensor:
    """(N,) in radians -> (N, 4, 4), which turns colours about the luma axis (Rodrigues' formula)."""
    matrix, luma = _identity(angle), _luma(angle)
    cross = _cross(angle.device, angle.dtype)
    cosine, sine = torch.cos(angle)[:, None, None], torch.sin(angle)[:, None, None]
    matrix[:, :3, :3] = cosine * (matrix[:, :3, :3] - luma) + sine * cross + luma
    return matrix


def saturation(factor: Tensor) -> Tensor:
    """(N,) -> (N, 4, 4), which multiplies the distance from the pixel's grey."""
    matrix, luma = _identity(factor), _luma(factor)
    matrix[:, :3, :3] = luma + (matrix[:, :3, :3] - luma) * factor[:, None, None]
    return matrix


def draw_colours(count: int, channels: int, p: Tensor) -> tuple[Tensor, Tensor]:
    """The five in this order, each with probability p: (N, 4, 4), and which images are touched, (N,) bool.

    Images of one channel have neither hue nor saturation.
    """
    device = p.device
    brighter, contrasted, flipped = coins(count, p), coins(count, p), coins(count, p)
    touched = brighter | contrasted | flipped
    matrix = brightness(touched_or(normal(count, BRIGHTNESS_DEVIATION, device), brighter, 0.0))
    matrix = contrast(touched_or(factors(count, CONTRAST_DEVIATION, device), contrasted, 1.0)) @ matrix
    matrix = luma_flip(touched_or(uniform(count, 0, 2, device).floor(), flipped, 0.0)) @ matrix
    if channels > 1:
        turned, saturated = coins(count, p), coins(count, p)
        touched = touched | turned | saturated
        matrix = hue(touched_or(uniform(count, -math.pi, math.pi, device), turned, 0.0)) @ matrix
        matrix = saturation(touched_or(factors(count, SATURATION_DEVIATION, device), saturated, 1.0)) @ matrix
    return matrix, touched


def recolour(images: Tensor, matrix: Tensor) -> Tensor:
    """Images (N, 3, H, W) by their matrices (N, 4, 4); of one channel by what the matrix does to equal channels."""
    matrix = matrix.to(images.dtype)
    linear, added = matrix[:, :3, :3], matrix[:, :3, 3:]
    if images.shape[1] == 1:
        factor, offset = linear.sum(dim=(1, 2)) / 3, added.mean(dim=(1, 2))
        return images * factor[:, None, None, None] + offset[:, None, None, None]
    return torch.baddbmm(added, linear, images.flatten(2)).reshape(images.shape)


def _identity(like: Tensor) -> Tensor:
    return torch.eye(4, device=like.device, dtype=like.dtype).repeat(len(like), 1, 1)


@functools.lru_cache(maxsize=8)
def _cross(device: torch.device, dtype: torch.dtype) -> Tensor:
    # The matrix of the cross product with the luma axis; kept, as each number set on a GPU waits for it.
    root = 1 / math.sqrt(3.0)
    return torch.tensor([[0, -root, root], [root, 0, -root], [-root, root, 0]], dtype=dtype).to(device)


def _luma(like: Tensor) -> Tensor:
    # The projection onto the axis of greys, (1, 1, 1) / sqrt(3).
    return torch.full((3, 3), 1 / 3, device=like.device, dtype=like.dtype)
