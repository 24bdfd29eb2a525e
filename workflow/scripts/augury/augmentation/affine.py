"""Affine transformations of batches, as matrices from places in the result to places in the image.

Places are (x, y) with the image in [-1, 1] x [-1, 1], x to the right and y down, as torch's grid_sample has them. A
point goes through transformations 1, 2, ..., n by their product inverse_1 @ inverse_2 @ ... @ inverse_n. Every maker
takes (N,) and returns (N, 3, 3) float32.
"""

import math

import torch

from augury.augmentation.chance import coins, factors, normal, touched_or, uniform

Tensor = torch.Tensor

SCALE_DEVIATION = 0.2  # of the logarithm to base 2; these four: Karras et al. 2020, arXiv:2006.06676, appendix B
STRETCH_DEVIATION = 0.2
SHIFT_DEVIATION = 0.125  # of the side


def flip(flipped: Tensor) -> Tensor:
    """Left and right swapped where `flipped` is 1 rather than 0."""
    return scaling(1.0 - 2.0 * flipped.float(), torch.ones_like(flipped, dtype=torch.float32))


def scaling(across: Tensor, down: Tensor) -> Tensor:
    """Places multiplied by these factors."""
    zero, one = torch.zeros_like(across), torch.ones_like(across)
    return _matrix(across, zero, zero, zero, down, zero, zero, zero, one)


def rotation(angle: Tensor) -> Tensor:
    """Places turned by an angle in radians, clockwise on the screen."""
    cosine, sine = torch.cos(angle.float()), torch.sin(angle.float())
    zero, one = torch.zeros_like(cosine), torch.ones_like(cosine)
    return _matrix(cosine, -sine, zero, sine, cosine, zero, zero, zero, one)


def shift(across: Tensor, down: Tensor) -> Tensor:
    """Places moved; 2 is a whole side."""
    zero, one = torch.zeros_like(across), torch.ones_like(across)
    return _matrix(one, zero, across, zero, one, down, zero, zero, one)


def draw_geometry(count: int, p: Tensor) -> tuple[Tensor, Tensor]:
    """Scale, rotation, stretch, rotation, shift: the inverse (N, 3, 3), and which images are touched, (N,) bool.

    The stretch lies between two rotations, each taken with probability 1 - sqrt(1 - p), so that an image keeps its
    orientation with probability 1 - p, and an orientation once drawn is uniform.
    """
    device = p.device
    turning = 1.0 - torch.sqrt(1.0 - p)
    scaled, first, stretched, second, shifted = (coins(count, chance) for chance in (p, turning, p, turning, p))
    scale = touched_or(factors(count, SCALE_DEVIATION, device), scaled, 1.0)
    stretch = touched_or(factors(count, STRETCH_DEVIATION, device), stretched, 1.0)
    before = touched_or(uniform(count, -math.pi, math.pi, device), first, 0.0)
    after = touched_or(uniform(count, -math.pi, math.pi, device), second, 0.0)
    right, down = (touched_or(normal(count, SHIFT_DEVIATION, device), shifted, 0.0) for _ in range(2))
    inverse = scaling(1 / scale, 1 / scale) @ rotation(-before) @ scaling(1 / stretch, stretch)
    inverse = inverse @ rotation(-after) @ shift(-2 * right, -2 * down)
    return inverse, scaled | first | stretched | second | shifted


def _matrix(*entries: Tensor) -> Tensor:
    return torch.stack(entries, dim=1).reshape(-1, 3, 3)
