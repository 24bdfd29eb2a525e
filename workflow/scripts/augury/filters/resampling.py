"""FIR filters on feature maps: blur, upsample, downsample; differentiable any number of times.

Each is a linear map or the adjoint of one, and the two are each other's derivative. A second derivative (gradient
penalties, path lengths) so costs no more than the filter itself; that of PyTorch's own depthwise convolution takes up
to a hundred times as long on a CPU.

Maps are (N, C, H, W), in either memory format; types are kept, under autocast too. Kernels are 1-D and serve both axes;
they should lie on the maps' device.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

import torch
from torch.autograd.function import Function
from torch.nn import functional as F

FUSED_TAPS = 5  # up to this length one square kernel is quicker than two passes


def binomial(taps: Sequence[float]) -> torch.Tensor:
    """Taps such as (1, 3, 3, 1) -> float32 (K,) that sums to one."""
    kernel = torch.tensor(taps, dtype=torch.float32)
    return kernel / kernel.sum()


def blur(images: torch.Tensor, kernel_1d: torch.Tensor, padding: tuple[int, int], gain: float = 1.0) -> torch.Tensor:
    """Convolve both axes with the kernel.

    padding: rows and columns of zeros before and after, negative to crop; H becomes H + before + after - K + 1.
    gain: factor of the two passes together.
    """
    for stencil in _stencils(kernel_1d, 1, padding, gain):
        images = _Gather.apply(images, stencil)
    return images


def downsample(images: torch.Tensor, kernel_1d: torch.Tensor, factor: int = 2, margin: int = 0) -> torch.Tensor:
    """Convolve, then keep every `factor`-th pixel: (N, C, H, W) -> (N, C, H / factor, W / factor).

    Of the K - factor zeros around an axis, the larger half lies before it. A kernel that sums to one keeps constants.
    margin: rows and columns, not counted in H, that the maps bring on every side in place of as many zeros.
    Raises ValueError for a kernel shorter than the factor.
    """
    spare = _spare(kernel_1d, factor)
    for stencil in _stencils(kernel_1d, factor, ((spare + 1) // 2 - margin, spare // 2 - margin), 1.0):
        images = _Gather.apply(images, stencil)
    return images


def upsample(images: torch.Tensor, kernel_1d: torch.Tensor, factor: int = 2, margin: int = 0) -> torch.Tensor:
    """Set factor - 1 zeros behind every pixel, convolve, multiply by factor ** 2: (N, C, H, W) -> (N, C, fH, fW).

    Of the zeros around an axis, (K - factor + 1) // 2 + factor - 1 lie before it and (K - factor) // 2 after. A kernel
    whose taps sum to 1 / factor on every phase keeps constants away from the border.
    margin: rows and columns left out on every side of the result.
    Raises ValueError for a kernel shorter than the factor.
    """
    # Upsampling is the adjoint of downsampling by the mirrored kernel.
    spare = _spare(kernel_1d, factor)
    pads = (spare // 2 + margin, (spare + 1) // 2 + margin)
    for stencil in _stencils(kernel_1d.flip(0), factor, pads, float(factor**2)):
        trims = [2 * margin if step > 1 else 0 for step in stencil.step]
        size = tuple(side * step - trim for side, step, trim in zip(images.shape[2:], stencil.step, trims, strict=True))
        images = _Scatter.apply(images, stencil, size)
    return images


@dataclasses.dataclass(frozen=True)
class _Stencil:
    """One pass: pad with zeros, convolve, keep every step-th pixel."""

    kernel: torch.Tensor  # (KH, KW)
    step: tuple[int, int]
    pads: tuple[int, int, int, int]  # top, bottom, left, right; negative crops

    def gather(self, maps: torch.Tensor) -> torch.Tensor:
        """The pass itself, (N, C, H, W) -> (N, C, h, w)."""
        top, bottom, left, right = self.pads
        if top != bottom or left != right or min(top, left) < 0:
            maps, top, left = F.pad(maps, (left, right, top, bottom)), 0, 0
        weight = self._weight(maps)
        with torch.autocast(maps.device.type, enabled=False):
            return F.conv2d(maps, weight, stride=self.step, padding=(top, left), groups=maps.shape[1])

    def scatter(self, maps: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
        """The adjoint of gather on maps of this size, (N, C, h, w) -> (N, C, *size)."""
        if self.step == (1, 1):
            return self._mirrored().gather(maps)
        # The transposed convolution may crop only what both ends lose.
        (top, above), (left, before) = (self._crop(maps.shape[2 + axis], size[axis], axis) for axis in (0, 1))
        # The transposed depthwise convolution is quick on a CPU with the channels last and in fp32, and slow otherwise.
        on_cpu = maps.device.type == "cpu"
        dense = maps.to(_at_least_single(maps), memory_format=torch.channels_last) if on_cpu else maps
        weight = self._weight(dense)
        with torch.autocast(maps.device.type, enabled=False):
            whole = F.conv_transpose2d(dense, weight, stride=self.step, padding=(top, left), groups=maps.shape[1])
        below, behind = size[0] - above - whole.shape[2], size[1] - before - whole.shape[3]
        if above or before or below or behind:
            whole = F.pad(whole, (before, behind, above, below))
        return whole.to(
            maps.dtype, memory_format=torch.contiguous_format if maps.is_contiguous() else torch.preserve_format
        )

    def _crop(self, side: int, wanted: int, axis: int) -> tuple[int, int]:
        """What the transposed convolution crops at both ends; the zeros (negative: the crop) then due before."""
        start = self.pads[2 * axis]
        end = (side - 1) * self.step[axis] + self.kernel.shape[axis] - start - wanted
        both = max(0, min(start, end))
        return both, both - start

    def _weight(self, maps: torch.Tensor) -> torch.Tensor:
        # F.conv2d correlates: a convolution takes the kernel mirrored.
        return self.kernel.flip(0, 1).to(maps).expand(maps.shape[1], 1, -1, -1)

    def _mirrored(self) -> "_Stencil":
        rows, columns = self.kernel.shape
        top, bottom, left, right = self.pads
        pads = (rows - 1 - top, rows - 1 - bottom, columns - 1 - left, columns - 1 - right)
        return _Stencil(self.kernel.flip(0, 1), (1, 1), pads)


class _Gather(Function):
    @staticmethod
    def forward(ctx: Any, maps: torch.Tensor, stencil: _Stencil) -> torch.Tensor:
        ctx.stencil, ctx.size = stencil, tuple(maps.shape[2:])
        return stencil.gather(maps)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        return _Scatter.apply(gradient, ctx.stencil, ctx.size), None


class _Scatter(Function):
    @staticmethod
    def forward(ctx: Any, maps: torch.Tensor, stencil: _Stencil, size: tuple[int, int]) -> torch.Tensor:
        ctx.stencil = stencil
        return stencil.scatter(maps, size)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        return _Gather.apply(gradient, ctx.stencil), None, None


def _at_least_single(maps: torch.Tensor) -> torch.dtype:
    return torch.promote_types(maps.dtype, torch.float32)


def _stencils(kernel: torch.Tensor, factor: int, pads: tuple[int, int], gain: float) -> list[_Stencil]:
    """The passes of a separable filter: one with a square kernel where it is short, else one along each axis."""
    if len(kernel) <= FUSED_TAPS:
        return [_Stencil(gain * torch.outer(kernel, kernel), (factor, factor), (*pads, *pads))]
    kernel = gain**0.5 * kernel
    return [
        _Stencil(kernel[:, None], (factor, 1), (*pads, 0, 0)),
        _Stencil(kernel[None, :], (1, factor), (0, 0, *pads)),
    ]


def _spare(kernel: torch.Tensor, factor: int) -> int:
    if len(kernel) < factor:
        raise ValueError(f"a kernel of {len(kernel)} taps is shorter than the factor {factor}")
    return len(kernel) - factor
