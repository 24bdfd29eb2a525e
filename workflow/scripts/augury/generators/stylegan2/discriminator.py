"""StyleGAN2's discriminator (Karras et al. 2020, arXiv:1912.04958, section 4.1), residual or with skips.

Conditional networks judge by a product of the features with an embedding of the class (Miyato and Koyama 2018,
arXiv:1802.05637), as the public configuration does.
"""

import math
from collections.abc import Mapping as Dict
from typing import Any, cast

import torch
from torch import nn

from augury.filters.resampling import downsample
from augury.generators.network import DiscriminatorNetwork
from augury.generators.stylegan2.family import Resolved
from augury.generators.stylegan2.layers import Convolution, Linear, MinibatchStd, resampling_kernel, widths
from augury.generators.stylegan2.networks import Mapping

MAPPING_LAYERS = 8  # from a class to what the features are multiplied by, whatever the generator's mapping has


class DiscriminatorBlock(nn.Module):
    """One resolution: features (N, inputs, S, S) -> (N, outputs, S / 2, S / 2), with a residual where wanted."""

    def __init__(self, inputs: int, outputs: int, residual: bool):
        super().__init__()
        self.layers = nn.ModuleList([Convolution(inputs, inputs, 3), Convolution(inputs, outputs, 3, halved=True)])
        self.shortcut = Convolution(inputs, outputs, 1, halved=True, activated=False) if residual else None

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        if self.shortcut is None:
            return self.layers[1](self.layers[0](features))
        gain = math.sqrt(0.5)
        shortcut = self.shortcut(features, gain)
        return self.layers[1](self.layers[0](features), gain) + shortcut


class Discriminator(DiscriminatorNetwork):
    """Images (N, channels, S, S) in [-1, 1] and, if conditional, labels (N,) -> logits (N,): is it real?"""

    kernel: torch.Tensor

    def __init__(
        self,
        size_px: int,
        channels: int,
        channel_base: int,
        channel_max: int,
        architecture: str,
        mbstd_group_size: int,
        classes: int,
    ) -> None:
        super().__init__()
        maps = widths(size_px, channel_base, channel_max)
        sizes = [size for size in reversed(maps) if size > 4]
        # With skips each resolution sees the image itself; else the first alone does.
        shown = [*sizes, 4] if architecture == "skip" else sizes[:1]
        self.from_image = nn.ModuleDict({str(size): Convolution(channels, maps[size], 1) for size in shown})
        self.blocks = nn.ModuleDict(
            {str(size): DiscriminatorBlock(maps[size], maps[size // 2], architecture == "residual") for size in sizes}
        )
        self.minibatch_std = MinibatchStd(mbstd_group_size) if mbstd_group_size > 1 else None
        self.convolution = Convolution(maps[4] + (mbstd_group_size > 1), maps[4], 3)
        self.linear = Linear(maps[4] * 16, maps[4], activated=True)
        self.output = Linear(maps[4], maps[4] if classes else 1)
        self.mapping = Mapping(0, maps[4], MAPPING_LAYERS, classes) if classes else None
        self.register_buffer("kernel", resampling_kernel(), persistent=False)

    def forward(self, images: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        features = None
        for size, block in self.blocks.items():
            features, images = self._seen(size, features, images)
            features = block(features)
        features, _ = self._seen("4", features, images)
        if self.minibatch_std is not None:
            features = self.minibatch_std(features)
        features = self.convolution(features)
        judged = self.output(self.linear(features.flatten(1)))
        if self.mapping is None:
            return judged[:, 0]
        return (judged * self.mapping(None, labels)).sum(dim=1) / math.sqrt(judged.shape[1])

    def judge_alone(self) -> None:
        """See DiscriminatorNetwork: a group is one image."""
        if self.minibatch_std is not None:
            self.minibatch_std.group = 1

    def layers_from_image(self) -> list[nn.Module]:
        """All but the last, from the image inwards, as freezing counts; a shortcut goes with its block's second."""
        layers: list[nn.Module] = []
        for size, block in cast("Dict[str, DiscriminatorBlock]", self.blocks).items():
            if size in self.from_image:
                layers.append(self.from_image[size])
            second = [block.layers[1], block.shortcut] if block.shortcut is not None else [block.layers[1]]
            layers += [block.layers[0], nn.ModuleList(second)]
        if "4" in self.from_image:
            layers.append(self.from_image["4"])
        return [*layers, self.convolution, self.linear]

    def _seen(
        self, size: str, features: torch.Tensor | None, images: torch.Tensor
    ) -> tuple[torch.Tensor | None, torch.Tensor]:
        # The image enters at this resolution, and is halved for the next.
        if size not in self.from_image:
            return features, images
        seen = self.from_image[size](images)
        features = seen if features is None else features + seen
        return features, images if size == "4" else downsample(images, self.kernel)


def build_discriminator(description: dict[str, Any]) -> Discriminator:
    """The discriminator that is trained against the generator that a generator.json describes."""
    settings: Resolved = description["settings"]
    return Discriminator(
        size_px=description["size_px"],
        channels=description["channels"],
        channel_base=settings.channel_base,
        channel_max=settings.channel_max,
        architecture=settings.discriminator_architecture,
        mbstd_group_size=settings.mbstd_group_size,
        classes=len(description["classes"]) if description["conditional"] else 0,
    )
