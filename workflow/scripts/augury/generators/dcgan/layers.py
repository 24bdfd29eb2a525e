"""The strided convolutions of a DCGAN, in the way that is quickest where they run.

Weights, names and results are those of torch.nn's, to the precision's bound.
"""

import torch
from torch import nn

from augury.filters.products import Shape, convolve, convolve_transposed


class Convolution(nn.Conv2d):
    """nn.Conv2d of a square kernel, with one stride and one padding for both axes."""

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        if not _as_products(maps):
            return super().forward(maps)
        return _with_bias(convolve(maps, self.weight, Shape(self.stride[0], self.padding[0])), self.bias)


class Transposed(nn.ConvTranspose2d):
    """nn.ConvTranspose2d of the same kind."""

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        if not _as_products(maps):
            return super().forward(maps)
        return _with_bias(convolve_transposed(maps, self.weight, Shape(self.stride[0], self.padding[0])), self.bias)


def _as_products(maps: torch.Tensor) -> bool:
    device = maps.device.type
    return device == "cpu" and torch.is_autocast_enabled(device) and torch.get_autocast_dtype(device) == torch.bfloat16


def _with_bias(maps: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
    return maps if bias is None else maps + bias.to(maps.dtype)[:, None, None]
