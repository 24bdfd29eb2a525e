"""Affine resampling of batches without aliasing, differentiable twice in the images.

The image is doubled with the wavelet sym6, sampled bilinearly, and halved with the same wavelet; as its shifts by two
are orthonormal, doubling and halving alone give the image back (Karras et al. 2020, arXiv:2006.06676, appendix B).
Beyond its edges an image goes on as its mirror image.
"""

import functools
import math
from typing import Any

import torch
from torch.autograd.function import Function
from torch.nn import functional as F

from augury.filters.resampling import downsample, upsample
from augury.filters.wavelets import SYM6

_REACH = len(SYM6) // 4  # pixels of the image beyond its edge that the doubled one depends on
_MARGIN = len(SYM6) // 2 - 1  # pixels of the doubled result beyond its edge that the halved one depends on
# Where the doubled image shows a pixel, in doubled pixels from its true place: sym6 is not quite symmetric.
_OFFSET = sum(tap_index * tap for tap_index, tap in enumerate(SYM6)) / math.sqrt(2.0) - (len(SYM6) - 1) / 2


def warp(images: torch.Tensor, inverse: torch.Tensor) -> torch.Tensor:
    """Images (N, C, S, S) by matrices (N, 3, 3) from places in the result to places in the image (see affine.py).

    S is at least 3. The matrices get no gradient.
    """
    count, channels, side, _ = images.shape
    kernel = _kernel(images.device, images.dtype)
    # Filters treat every channel alike, and a CPU is several times as fast on one image of N C channels.
    planes = images.reshape(1, count * channels, side, side)
    doubled = upsample(_extended(planes), kernel, margin=2 * _REACH)
    canvas = 2 * side + 2 * _MARGIN
    grid = _grid(inverse, canvas, side).to(images.dtype)
    sampled = sample(doubled.reshape(count, channels, 2 * side, 2 * side), grid)
    return downsample(sampled.reshape(1, -1, canvas, canvas), kernel.flip(0), margin=_MARGIN).reshape(images.shape)


def sample(images: torch.Tensor, grid: torch.Tensor) -> torch.Tensor:
    """Bilinear sampling (N, C, H, W) at a grid (N, h, w, 2) in [-1, 1], mirrored beyond the edges."""
    return _Sample.apply(images, grid)


def _grid(inverse: torch.Tensor, canvas: int, side: int) -> torch.Tensor:
    """Places (N, canvas, canvas, 2) in the doubled image for the pixels of a canvas of that side around it."""
    offset = _OFFSET / side
    coordinates = (torch.arange(canvas, device=inverse.device, dtype=torch.float32) - (canvas - 1) / 2) / side - offset
    linear, moved = inverse[:, :2, :2], inverse[:, :2, 2] + offset
    along = coordinates[None, None, :, None] * linear[:, None, None, :, 0]  # (N, 1, canvas, 2): what x adds
    return along + coordinates[None, :, None, None] * linear[:, None, None, :, 1] + moved[:, None, None, :]


def _extended(images: torch.Tensor) -> torch.Tensor:
    """_REACH mirrored rows and columns on every side."""
    for axis in (2, 3):
        start = images.narrow(axis, 0, _REACH).flip(axis)
        end = images.narrow(axis, images.shape[axis] - _REACH, _REACH).flip(axis)
        images = torch.cat([start, images, end], dim=axis)
    return images


@functools.lru_cache(maxsize=8)
def _kernel(device: torch.device, dtype: torch.dtype) -> torch.Tensor:
    return (torch.tensor(SYM6, dtype=torch.float64) / math.sqrt(2.0)).to(device, dtype)


class _Sample(Function):
    """F.grid_sample, whose own backward has no derivative. It is linear in the image: the adjoint serves."""

    @staticmethod
    def forward(ctx: Any, images: torch.Tensor, grid: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(grid)
        ctx.size = images.shape
        return F.grid_sample(images, grid, mode="bilinear", padding_mode="reflection", align_corners=False)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        (grid,) = ctx.saved_tensors
        return _Spread.apply(gradient, grid, ctx.size), None


class _Spread(Function):
    """The adjoint: every sample adds itself to the four pixels that it was mixed from."""

    @staticmethod
    def forward(ctx: Any, samples: torch.Tensor, grid: torch.Tensor, size: torch.Size) -> torch.Tensor:
        ctx.save_for_backward(grid)
        unread = samples.new_zeros(()).expand(size)  # gives the size; its values serve the grid's gradient alone
        bilinear, reflection = 0, 2  # grid_sampler_2d's numbers for the two modes
        images, _ = torch.ops.aten.grid_sampler_2d_backward(
            samples, unread, grid, bilinear, reflection, False, [True, False]
        )
        return images

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        (grid,) = ctx.saved_tensors
        return _Sample.apply(gradient, grid), None, None
