"""Augmentation that does not leak: images are moved by whole pixels, and the network is told how.

As in section 5 of Karras et al. 2022 (arXiv:2206.00364): when images are drawn, the labels say that nothing was moved.
"""

import math

import torch

from augury.augmentation.moves import LARGEST_SHIFT, Moves, draw_moves

LABELS = 5  # numbers that say how an image was moved; all 0 where it was not


def moved(images: torch.Tensor, p: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Images (N, C, S, S), each flipped, turned and shifted with probability p each, and labels (N, LABELS)."""
    side = images.shape[-1]
    drawn = draw_moves(len(images), side, torch.full((), p, device=images.device))
    return drawn.apply(images), labels_of(drawn, side)


def labels_of(moves: Moves, side: int) -> torch.Tensor:
    """Flip, cosine - 1 and sine of the turn, shifts over the largest: (N, LABELS), 0 for no move."""
    angle = moves.turns * (math.pi / 2)
    shifts = [steps / (LARGEST_SHIFT * side) for steps in (moves.right, moves.down)]
    return torch.stack([moves.flipped.float(), angle.cos() - 1, angle.sin(), *shifts], dim=1)
