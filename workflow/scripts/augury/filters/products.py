"""Convolutions of few output pixels as products of matrices, and what draws images of few channels, in bf16 on a CPU.

Where a map is small and its kernel is large, as deep in a network, the CPU's convolutions run at half of its peak and a
product of matrices at nearly all of it: (N h w, k k C) patches of the input by (k k C, outputs) weights. Gradients are
products of the same patches; whichever way is quicker is taken. Differentiable once.

A transposed convolution that doubles a map into a few channels leaves most of the processor's registers empty; as a
convolution that makes the four pixels of each old one as channels it takes half the time.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch.autograd.function import Function, once_differentiable
from torch.nn import functional as F

# Output pixels of a batch up to which a product is quicker (measured with kernels of 4 x 4 and 64 to 512 maps).
FEW_OF_OUTPUT, FEW_OF_GRADIENT = 1024, 4096
FEW_CHANNELS = 4  # that a doubling draws


class Shape(NamedTuple):
    """Of a square kernel."""

    stride: int
    padding: int


def convolve(maps: torch.Tensor, weight: torch.Tensor, shape: Shape) -> torch.Tensor:
    """(N, C, H, W) by (outputs, C, k, k) -> (N, outputs, h, w), as F.conv2d without a bias does, in bf16."""
    return _Convolution.apply(maps.bfloat16(), weight.bfloat16(), shape)


def convolve_transposed(
    maps: torch.Tensor, weight: torch.Tensor, shape: Shape, bias: torch.Tensor | None = None
) -> torch.Tensor:
    """(N, C, h, w) by (C, outputs, k, k) -> (N, outputs, H, W), as F.conv_transpose2d does, in bf16."""
    return _Transposed.apply(maps.bfloat16(), weight.bfloat16(), shape, None if bias is None else bias.bfloat16())


class _Convolution(Function):
    @staticmethod
    def forward(ctx: Any, maps: torch.Tensor, weight: torch.Tensor, shape: Shape) -> torch.Tensor:
        ctx.save_for_backward(maps, weight)
        ctx.shape = shape
        return _convolved(maps, weight, shape)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        maps, weight = ctx.saved_tensors
        of_maps = of_weight = None
        if ctx.needs_input_grad[0] and _is_spread(gradient, ctx.shape) and weight.shape[2:] == maps.shape[2:]:
            of_maps = _spread(gradient, weight)
        if ctx.needs_input_grad[1] and _pixels(gradient) <= FEW_OF_GRADIENT:
            of_weight = _weight_gradient(maps, gradient, weight, ctx.shape)
        left = [ctx.needs_input_grad[0] and of_maps is None, ctx.needs_input_grad[1] and of_weight is None]
        if any(left):
            gradients = _built_in(gradient, maps, weight, ctx.shape, left, transposed=False)
            of_maps, of_weight = gradients[0] if left[0] else of_maps, gradients[1] if left[1] else of_weight
        return of_maps, of_weight, None


class _Transposed(Function):
    @staticmethod
    def forward(
        ctx: Any, maps: torch.Tensor, weight: torch.Tensor, shape: Shape, bias: torch.Tensor | None
    ) -> torch.Tensor:
        ctx.save_for_backward(maps, weight)
        ctx.shape = shape
        if _is_spread(maps, shape) and bias is None:
            return _spread(maps, weight)
        if weight.shape[1] <= FEW_CHANNELS and weight.shape[2:] == (4, 4) and shape == (2, 1):
            bias = None if bias is None else bias.repeat_interleave(4)
            return F.pixel_shuffle(F.conv2d(maps, _of_four_pixels(weight), bias, padding=1), 2)
        return F.conv_transpose2d(maps, weight, bias, shape.stride, shape.padding)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        # The adjoint of a convolution: that convolution gives its gradient, and the weight's has its sides changed.
        maps, weight = ctx.saved_tensors
        wanted = ctx.needs_input_grad
        of_bias = gradient.sum((0, 2, 3)) if wanted[3] else None
        if _pixels(maps) > FEW_OF_GRADIENT:
            return *_built_in(gradient, maps, weight, ctx.shape, wanted[:2], transposed=True), None, of_bias
        of_maps = _convolved(gradient, weight, ctx.shape) if wanted[0] else None
        of_weight = _weight_gradient(gradient, maps, weight, ctx.shape) if wanted[1] else None
        return of_maps, of_weight, None, of_bias


def _convolved(maps: torch.Tensor, weight: torch.Tensor, shape: Shape) -> torch.Tensor:
    height, width = ((side + 2 * shape.padding - weight.shape[2]) // shape.stride + 1 for side in maps.shape[2:])
    if len(maps) * height * width > FEW_OF_OUTPUT:
        return F.conv2d(maps, weight, stride=shape.stride, padding=shape.padding)
    made = _patches(maps, weight.shape[2], shape) @ _rows(weight).reshape(len(weight), -1).T
    return made.view(len(maps), height, width, len(weight)).permute(0, 3, 1, 2)


def _weight_gradient(maps: torch.Tensor, gradient: torch.Tensor, weight: torch.Tensor, shape: Shape) -> torch.Tensor:
    # maps: the larger side, of which patches are taken; gradient: (N, len(weight), h, w).
    pixels = _rows(gradient).reshape(-1, gradient.shape[1])
    made = pixels.T @ _patches(maps, weight.shape[2], shape)
    return made.view(len(weight), *weight.shape[2:], weight.shape[1]).permute(0, 3, 1, 2)


def _is_spread(maps: torch.Tensor, shape: Shape) -> bool:
    return maps.shape[2:] == (1, 1) and shape.padding == 0


def _spread(vectors: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """(N, C, 1, 1) by (C, outputs, k, k) -> (N, outputs, k, k): each vector becomes a map of the kernel's size."""
    made = vectors.flatten(1) @ _rows(weight).reshape(len(weight), -1)
    return made.view(len(vectors), *weight.shape[2:], -1).permute(0, 3, 1, 2)


def _of_four_pixels(weight: torch.Tensor) -> torch.Tensor:
    """(C, outputs, 4, 4) of a doubling -> (outputs * 2 * 2, C, 3, 3): a parity sees 2 x 2 old pixels."""
    inputs, outputs = weight.shape[:2]
    made = weight.new_zeros((outputs, 2, 2, inputs, 3, 3))
    # Of an axis of four: what an even pixel takes from the old one and the one before, an odd one from it and the next.
    taken = ((0, [3, 1]), (1, [2, 0]))
    for row, rows in taken:
        for column, columns in taken:
            part = weight[:, :, rows][:, :, :, columns]
            made[:, row, column, :, row : row + 2, column : column + 2] = part.transpose(0, 1)
    return made.reshape(outputs * 4, inputs, 3, 3).contiguous(memory_format=torch.channels_last)


def _patches(maps: torch.Tensor, size: int, shape: Shape) -> torch.Tensor:
    """(N, C, H, W) -> (N h w, size size C)."""
    rows, pad, step = _rows(maps), shape.padding, shape.stride
    if pad:
        rows = F.pad(rows, (0, 0, pad, pad, pad, pad))
    rows = rows.contiguous()
    count, height, width, channels = rows.shape
    of_image, of_row, of_pixel, of_channel = rows.stride()
    seen = (count, (height - size) // step + 1, (width - size) // step + 1, size, size, channels)
    strides = (of_image, of_row * step, of_pixel * step, of_row, of_pixel, of_channel)
    return rows.as_strided(seen, strides).reshape(-1, size * size * channels)


def _rows(maps: torch.Tensor) -> torch.Tensor:
    """Channels last: of maps in that memory format, a view."""
    return maps.permute(0, 2, 3, 1)


def _pixels(maps: torch.Tensor) -> int:
    return len(maps) * maps.shape[2] * maps.shape[3]


def _built_in(
    gradient: torch.Tensor,
    maps: torch.Tensor,
    weight: torch.Tensor,
    shape: Shape,
    wanted: Sequence[bool],
    transposed: bool,
) -> tuple[torch.Tensor | None, torch.Tensor | None]:
    stride, padding = [shape.stride] * 2, [shape.padding] * 2
    return torch.ops.aten.convolution_backward(
        gradient, maps, weight, None, stride, padding, [1, 1], transposed, [0, 0], 1, [*wanted, False]
    )[:2]
