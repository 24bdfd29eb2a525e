"""The layers of StyleGAN2, all with equalised learning rates.

Weights are drawn from N(0, 1) and scaled at run time by the constant of He's initialisation, so that Adam moves all of
them at one relative speed (Karras et al. 2018, arXiv:1710.10196, section 4.1). Leaky ReLUs of slope 0.2 are followed by
a gain of sqrt(2), which keeps the variance. Small products of matrices stay in fp32 under autocast.
"""

import math
from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional as F

from augury.filters.resampling import binomial, blur, downsample
from augury.generators.stylegan2.configuration import group_of

GAIN = math.sqrt(2)
SLOPE = 0.2
KERNEL = (1.0, 3.0, 3.0, 1.0)  # of all resampling (arXiv:1912.04958, appendix B)


def activate(features: torch.Tensor, gain: float = GAIN) -> torch.Tensor:
    """Leaky ReLU with its gain."""
    return F.leaky_relu(features, SLOPE) * gain


def resampling_kernel() -> torch.Tensor:
    """The one-dimensional kernel [1, 3, 3, 1] / 8."""
    return binomial(KERNEL)


class Linear(nn.Module):
    """(N, inputs) -> (N, outputs). rate: factor of the layer's learning rate; bias: its initial value."""

    def __init__(self, inputs: int, outputs: int, bias: float = 0.0, rate: float = 1.0, activated: bool = False):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / rate)
        self.bias = nn.Parameter(torch.full((outputs,), bias / rate))
        self.gain, self.rate, self.activated = rate / math.sqrt(inputs), rate, activated

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        with torch.autocast(values.device.type, enabled=False):
            made = F.linear(values.to(self.weight.dtype), self.weight * self.gain, self.bias * self.rate)
        return activate(made) if self.activated else made


class Convolution(nn.Module):
    """(N, inputs, H, W) -> (N, outputs, H, W), or half the size: low-passed and then strided.

    gain: of the output, the activation's aside. A layer without activation has no bias, as in a residual's shortcut.
    """

    kernel: torch.Tensor

    def __init__(self, inputs: int, outputs: int, size: int, halved: bool = False, activated: bool = True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, size, size))
        self.bias = nn.Parameter(torch.zeros(outputs)) if activated else None
        self.gain, self.halved, self.size = 1 / math.sqrt(inputs * size**2), halved, size
        self.register_buffer("kernel", resampling_kernel(), persistent=False)

    def forward(self, features: torch.Tensor, gain: float = 1.0) -> torch.Tensor:
        weight, margin = self.weight * self.gain, self.size // 2
        if not self.halved:
            features = F.conv2d(features, weight, padding=margin)
        elif self.size == 1:
            features = F.conv2d(downsample(features, self.kernel), weight)
        else:
            # The low-pass of a halving and the convolution's own padding in one step.
            features = F.conv2d(blur(features, self.kernel, (margin + 1, margin + 1)), weight, stride=2)
        if self.bias is None:
            return features * gain
        return activate(features + self.bias.to(features.dtype)[:, None, None], GAIN * gain)


class ModulatedConvolution(nn.Module):
    """Convolution whose input maps are scaled by an image's style, and whose output maps to unit variance again.

    Equations 1 to 3 of Karras et al. 2020 (arXiv:1912.04958): w' = s_i w, w'' = w' / sqrt(sum w'^2 + eps). Scaling the
    maps before and after one shared convolution is the same as a kernel for each image, and quicker. `doubled` makes
    the output twice as large: a transposed convolution and its low-pass.
    """

    kernel: torch.Tensor

    def __init__(
        self, inputs: int, outputs: int, size: int, style_dim: int, doubled: bool = False, demodulated: bool = True
    ):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, size, size))
        self.affine = Linear(style_dim, inputs, bias=1.0)
        self.gain, self.size = 1 / math.sqrt(inputs * size**2), size
        self.doubled, self.demodulated = doubled, demodulated
        self.register_buffer("kernel", resampling_kernel(), persistent=False)

    def forward(self, features: torch.Tensor, styles: torch.Tensor) -> torch.Tensor:
        """features: (N, inputs, H, W), styles: (N, style_dim) in W -> (N, outputs, H or 2 H, W or 2 W)."""
        scales = self.affine(styles)
        weight = self.weight * self.gain
        features = features * scales.to(features.dtype)[:, :, None, None]
        if self.doubled:
            features = F.conv_transpose2d(features, weight.transpose(0, 1), stride=2)
            features = blur(features, self.kernel, (self.size // 2, self.size // 2), gain=4.0)
        else:
            features = F.conv2d(features, weight, padding=self.size // 2)
        if not self.demodulated:
            return features
        return features * self._demodulation(weight, scales).to(features.dtype)[:, :, None, None]

    @staticmethod
    def _demodulation(weight: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
        with torch.autocast(scales.device.type, enabled=False):
            power = scales.square() @ weight.square().sum(dim=(2, 3)).T
        return torch.rsqrt(power + 1e-8)


class MinibatchStd(nn.Module):
    """Adds one map: the mean standard deviation of the features over groups of images (arXiv:1710.10196, section 3).

    A batch that the group does not divide takes the largest smaller group that does. Processes that share a batch hold
    whole groups (training.processes.share).
    """

    def __init__(self, group: int):
        super().__init__()
        self.group = group

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        count, _, height, width = features.shape
        group = group_of(self.group, count)
        # Image i belongs to group i modulo the number of groups, as in the public code.
        grouped = features.to(torch.promote_types(features.dtype, torch.float32)).reshape(
            group, count // group, *features.shape[1:]
        )
        deviation = (grouped.var(dim=0, unbiased=False) + 1e-8).sqrt().mean(dim=(1, 2, 3))
        plane = deviation.repeat(group)[:, None, None, None].expand(-1, 1, height, width)
        return torch.cat([features, plane.to(features.dtype)], dim=1)


def second_moment(values: torch.Tensor) -> torch.Tensor:
    """Rows (N, d) scaled to a mean square of 1."""
    return values * torch.rsqrt(values.square().mean(dim=1, keepdim=True) + 1e-8)


def widths(size_px: int, channel_base: int, channel_max: int) -> dict[int, int]:
    """Feature maps at each resolution from 4 to size_px."""
    sizes: Sequence[int] = [2**power for power in range(2, size_px.bit_length())]
    return {size: max(1, min(channel_base // size, channel_max)) for size in sizes}
