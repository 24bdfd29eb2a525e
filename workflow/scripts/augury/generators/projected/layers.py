"""Layers whose weights have spectral norm 1 (Miyato et al. 2018, arXiv:1802.05957).

The norm is estimated in fp32 also where layers run in bf16.
"""

from typing import cast

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from augury.filters.products import Shape, convolve, convolve_transposed


def gated(maps: torch.Tensor) -> torch.Tensor:
    """Gated linear units, a * sigmoid(b): maps (N, 2 C, h, w) -> (N, C, h, w).

    Along the last axis in memory; along the second, a CPU takes five times as long.
    """
    return nn.functional.glu(maps.permute(0, 2, 3, 1), dim=-1).permute(0, 3, 1, 2)


def exact_weight(layer: nn.Module, device: torch.device) -> torch.Tensor:
    """A layer's weight, which is computed here, for it is a parametrisation: in fp32, also under a GPU's autocast."""
    with torch.autocast(device.type, enabled=False):
        return cast("torch.Tensor", layer.weight)


class _Convolution(nn.Conv2d):
    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        weight = exact_weight(self, maps.device)
        if not _as_products(maps):
            return self._conv_forward(maps, weight, self.bias)
        made = convolve(maps, weight, Shape(self.stride[0], int(self.padding[0])))
        return made if self.bias is None else made + self.bias.to(made.dtype)[:, None, None]


class _Transposed(nn.ConvTranspose2d):
    def forward(self, input: torch.Tensor, output_size: list[int] | None = None) -> torch.Tensor:
        weight = exact_weight(self, input.device)
        if _as_products(input):
            return convolve_transposed(input, weight, Shape(1, 0))
        return nn.functional.conv_transpose2d(input, weight)


class _Doubled(nn.Conv2d):
    # A convolution of maps whose pixels are repeated twice along each axis. Where it meets one pixel twice, its weights
    # add up: as a transposed convolution it takes 16 products for each old pixel in place of 36.
    sums: torch.Tensor

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs, 3, bias=False)
        # Of an axis: which of the three weights each of the transposed convolution's four is the sum of.
        axis = torch.tensor([[0.0, 0, 1], [0, 1, 1], [1, 1, 0], [1, 0, 0]])
        self.register_buffer("sums", torch.kron(axis, axis), persistent=False)

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        flat = exact_weight(self, maps.device).permute(2, 3, 1, 0).reshape(9, -1)
        with torch.autocast(maps.device.type, enabled=False):
            weight = (self.sums @ flat).view(4, 4, self.in_channels, -1).permute(2, 3, 0, 1)
        if _as_products(maps):
            return convolve_transposed(maps, weight, Shape(2, 1))
        return nn.functional.conv_transpose2d(maps, weight, stride=2, padding=1)


class _Linear(nn.Linear):
    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return nn.functional.linear(input, exact_weight(self, input.device), self.bias)


def convolution(
    inputs: int, outputs: int, kernel: int, stride: int = 1, padding: int = 0, bias: bool = False
) -> nn.Module:
    """nn.Conv2d of spectral norm 1."""
    return spectral_norm(_Convolution(inputs, outputs, kernel, stride, padding, bias=bias))


def doubling(inputs: int, outputs: int) -> nn.Module:
    """Nearest-neighbour doubling, and an nn.Conv2d of kernel 3 and spectral norm 1."""
    return spectral_norm(_Doubled(inputs, outputs))


def transposed(inputs: int, outputs: int, kernel: int) -> nn.Module:
    """nn.ConvTranspose2d of spectral norm 1 that makes kernel x kernel pixels of one."""
    return spectral_norm(_Transposed(inputs, outputs, kernel, bias=False))


def linear(inputs: int, outputs: int) -> nn.Module:
    """nn.Linear of spectral norm 1."""
    return spectral_norm(_Linear(inputs, outputs))


def _as_products(maps: torch.Tensor) -> bool:
    device = maps.device.type
    return device == "cpu" and torch.is_autocast_enabled(device) and torch.get_autocast_dtype(device) == torch.bfloat16
