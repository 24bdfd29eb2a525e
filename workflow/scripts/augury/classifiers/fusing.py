"""A convolution that applies the activation behind it, and whose weights lie as oneDNN reads them: for use on a CPU.

PyTorch's own compiler makes the same call. Without it each activation reads and writes the maps once more, and weights
are put in order in each pass; a packaged network takes 1.3 times as long.
"""

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

# By type: oneDNN's name and numbers of an activation.
_NUMBERS: dict[type[nn.Module], tuple[str, list[float]]] = {
    nn.ReLU: ("relu", []),
    nn.ReLU6: ("hardtanh", [0.0, 6.0]),
    nn.SiLU: ("swish", []),
    nn.Hardswish: ("hardswish", []),
}
ACTIVATIONS = (*_NUMBERS, nn.LeakyReLU)


class Fused(nn.Module):
    """The convolution and, where there is one, the activation behind it. Maps (N, C, h, w) -> (N, M, h', w').

    Where gradients are asked for, on a GPU, and for a compiler or an exporter, they are what they were.

    shape: of maps as they will come, by which weights are put in order; others work as well.
    """

    def __init__(self, convolution: nn.Conv2d, activation: nn.Module | None, shape: torch.Size) -> None:
        super().__init__()
        self.convolution, self.activation, self.shape = convolution, activation, shape
        padding, stride, dilation = map(list, (convolution.padding, convolution.stride, convolution.dilation))
        self.places = padding, stride, dilation, convolution.groups
        self.does = _name_of(activation)
        weights = convolution.weight.detach().to_mkldnn()
        reorder: Callable[..., torch.Tensor] = torch._C._nn.mkldnn_reorder_conv2d_weight
        self.packed = reorder(weights, *self.places, list(shape))

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        # Another type than a plain tensor is what an exporter looks through a network with.
        plain = type(maps) is torch.Tensor and maps.device.type == "cpu" and maps.dtype == torch.float32
        if torch.is_grad_enabled() or not plain:
            made = self.convolution(maps)
            return self.activation(made) if self.activation is not None else made
        maps = maps.contiguous(memory_format=torch.channels_last)
        bias = self.convolution.bias
        return torch.ops.mkldnn._convolution_pointwise(maps, self.packed, bias, *self.places, *self.does, "")

    def __deepcopy__(self, memo: dict[int, Any]) -> "Fused":
        # Weights in oneDNN's order know no copy.
        return Fused(copy.deepcopy(self.convolution, memo), copy.deepcopy(self.activation, memo), self.shape)


def fusible(module: nn.Module) -> bool:
    """Whether this is a convolution that can be fused, with an activation or alone."""
    plain = type(module) is nn.Conv2d and module.padding_mode == "zeros" and not isinstance(module.padding, str)
    on_cpu = plain and module.weight.device.type == "cpu" and module.weight.dtype == torch.float32
    return on_cpu and torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_convolution_pointwise")


def _name_of(activation: nn.Module | None) -> tuple[str, list[float]]:
    if activation is None:
        return "none", []
    if isinstance(activation, nn.LeakyReLU):
        return "leaky_relu", [activation.negative_slope]
    return _NUMBERS[type(activation)]
