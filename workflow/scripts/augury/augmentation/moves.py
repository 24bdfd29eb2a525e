"""Moves of whole pixels: flips, quarter turns and integer shifts, which change no value.

Beyond its edges an image goes on as its mirror image, edge pixels repeated, as it does in sampling.py.
"""

import dataclasses
import math

import torch

from augury.augmentation.affine import flip, rotation, shift
from augury.augmentation.chance import coins, touched_or, uniform

LARGEST_SHIFT = 0.125  # of the side (Karras et al. 2020, arXiv:2006.06676, appendix B)


@dataclasses.dataclass(frozen=True)
class Moves:
    """One move an image, in this order; all tensors (N,) int64."""

    flipped: torch.Tensor  # 1 to swap left and right
    turns: torch.Tensor  # quarter turns, clockwise
    right: torch.Tensor  # pixels
    down: torch.Tensor  # pixels

    def apply(self, images: torch.Tensor) -> torch.Tensor:
        """Images (N, C, S, S) -> the same pixels at other places."""
        count, channels, side, _ = images.shape
        pixels = torch.arange(side, device=images.device)
        row = mirrored(pixels[None, :, None] - self.down[:, None, None], side).expand(-1, -1, side)
        column = mirrored(pixels[None, None, :] - self.right[:, None, None], side).expand(-1, side, -1)
        half, quarter = self.turns[:, None, None] >= 2, self.turns[:, None, None] % 2 == 1
        row, column = torch.where(half, side - 1 - row, row), torch.where(half, side - 1 - column, column)
        row, column = torch.where(quarter, side - 1 - column, row), torch.where(quarter, row, column)
        column = torch.where(self.flipped[:, None, None] == 1, side - 1 - column, column)
        source = (row * side + column).reshape(count, 1, side * side).expand(-1, channels, -1)
        return images.reshape(count, channels, side * side).gather(2, source).reshape(images.shape)

    def inverse(self, side: int) -> torch.Tensor:
        """The same moves as (N, 3, 3) from places in the result to places in the image, as affine.py has them."""
        back = flip(self.flipped) @ rotation(-self.turns * (math.pi / 2))
        return back @ shift(-self.right * (2.0 / side), -self.down * (2.0 / side))


def draw_moves(count: int, side: int, p: torch.Tensor) -> Moves:
    """Flip, turn and shift, each with probability p; a touched image may still draw the move that moves nothing."""
    device = p.device
    flipped = touched_or(uniform(count, 0, 2, device).floor(), coins(count, p), 0.0)
    turns = touched_or(uniform(count, 0, 4, device).floor(), coins(count, p), 0.0)
    shifted = coins(count, p)
    right, down = (
        touched_or(uniform(count, -LARGEST_SHIFT, LARGEST_SHIFT, device).mul(side).round(), shifted, 0.0)
        for _ in range(2)
    )
    return Moves(flipped.long(), turns.long(), right.long(), down.long())


def mirrored(indices: torch.Tensor, side: int) -> torch.Tensor:
    """Any integer index -> the index in [0, side) that the endless mirroring shows there."""
    folded = indices.remainder(2 * side)
    return torch.minimum(folded, 2 * side - 1 - folded)
