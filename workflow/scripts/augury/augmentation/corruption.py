"""Corruptions of batches: gains of frequency bands, noise, cutout.

Source of the operations and their strengths: Karras et al. 2020, arXiv:2006.06676, appendix B and C.
"""

import functools

import torch

from augury.augmentation.chance import coins, normal, per_image, touched_or
from augury.augmentation.moves import mirrored
from augury.filters.wavelets import octave_bank
from augury.training.randomness import normal_like, of_batch

Tensor = torch.Tensor

GAIN_DEVIATION = 1.0  # of the logarithm to base 2
NOISE_DEVIATION = 0.1  # of the noise's own half-normal deviation, in images in [-1, 1]
CUTOUT_SIDE = 0.5  # of the image's
_BAND_POWER = (10 / 13, 1 / 13, 1 / 13, 1 / 13)  # of natural images, whose power falls as 1 / f


def draw_gains(count: int, p: Tensor) -> tuple[Tensor, Tensor]:
    """Gains of the four bands, (N, 4), each touched with probability p, and which images are, (N,) bool.

    After each band's gain all are divided so that the power expected of a natural image stays.
    """
    touched = of_batch(lambda n: torch.rand(n, 4, device=p.device), count) < p
    gains = torch.exp2(GAIN_DEVIATION * of_batch(lambda n: torch.randn(n, 4, device=p.device), count))
    gains = touched_or(gains, touched, 1.0)
    power = torch.stack([1 + share * (gains[:, band] ** 2 - 1) for band, share in enumerate(_BAND_POWER)], dim=1)
    return gains / power.prod(dim=1, keepdim=True).sqrt(), touched.any(dim=1)


def amplify(images: Tensor, gains: Tensor) -> Tensor:
    """Images (N, C, S, S) with gains (N, 4) of the octave bank's bands, along both axes, mirrored beyond the edges."""
    side = images.shape[2]
    matrices = gains.to(images.dtype) @ _band_matrices(side, images.device, images.dtype).flatten(1)
    matrices = matrices.reshape(-1, 1, side, side)
    return matrices @ images @ matrices.transpose(2, 3)


def add_noise(images: Tensor, deviations: Tensor) -> Tensor:
    """White noise of a deviation an image, (N,)."""
    return images + normal_like(images) * per_image(deviations, images)


def draw_noise(count: int, p: Tensor) -> tuple[Tensor, Tensor]:
    """Deviations (N,), half-normal, and which images are touched."""
    touched = coins(count, p)
    return touched_or(normal(count, NOISE_DEVIATION, p.device).abs(), touched, 0.0), touched


def cut_out(images: Tensor, across: Tensor, down: Tensor) -> Tensor:
    """Zeros in a square of half the side about the centre (across, down), (N,) in [0, 1] of the side."""
    side = images.shape[2]
    centres = (torch.arange(side, device=images.device) + 0.5) / side
    columns = (centres[None] - across[:, None]).abs() < CUTOUT_SIDE / 2
    rows = (centres[None] - down[:, None]).abs() < CUTOUT_SIDE / 2
    hole = rows[:, None, :, None] & columns[:, None, None, :]
    return images.masked_fill(hole, 0.0)


@functools.lru_cache(maxsize=8)
def _band_matrices(side: int, device: torch.device, dtype: torch.dtype) -> Tensor:
    """(4, S, S): each band's filter along one axis with mirrored edges, as a matrix."""
    bank = torch.from_numpy(octave_bank())
    half = bank.shape[1] // 2
    rows = torch.arange(side)[:, None].expand(side, 2 * half + 1)
    columns = mirrored(rows + torch.arange(-half, half + 1), side)
    matrices = torch.zeros(4, side, side, dtype=torch.float64)
    for matrix, taps in zip(matrices, bank, strict=True):
        matrix.index_put_((rows, columns), taps.expand(side, -1), accumulate=True)
    return matrices.to(device, dtype)
