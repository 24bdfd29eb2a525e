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
        made = convolve(maps, self.weight, Shape(self.stride[0], int(self.padding[0])))
        return made if self.bias is None else made + self.bias.to(made.dtype)[:, None, None]


class Transposed(nn.ConvTranspose2d):
    """nn.ConvTranspose2d of the same kind."""

    def forward(self, input: torch.Tensor, output_size: list[int] | None = None) -> torch.Tensor:
        if not _as_products(input):
            return super().forward(input)
        return convolve_transposed(input, self.weight, Shape(self.stride[0], int(self.padding[0])), self.bias)


def _as_products(maps: torch.Tensor) -> bool:
    device = maps.device.type
    return device == "cpu" and torch.is_autocast_enabled(device) and torch.get_autocast_dtype(device) == torch.bfloat16
