"""The discriminators of a projected GAN: one for each of the four maps that its frozen features give.

Sauer et al. 2021 (arXiv:2111.01007), section 3.2 and the public configuration: convolutions of kernel 4 and stride 2
with spectral norm, batch normalisation and LeakyReLU(0.2) down to 1/32 of the image, then one convolution to logits;
with classes, a projection of 64 maps on an embedding of the class.
"""

import itertools
import math
from collections.abc import Sequence
from typing import Any, cast

import torch
from torch import nn

from augury.generators.network import DiscriminatorNetwork
from augury.generators.projected.family import ProjectedSettings
from augury.generators.projected.features import CHANNELS, Features
from augury.generators.projected.layers import convolution

WIDTHS = (64, 64, 128, 256, 512)  # maps at 1/2, 1/4 ... 1/32 of the image; a head begins with its own map's channels
EMBEDDED, CLASS_MAPS = 128, 64


class Head(nn.Module):
    """Maps (N, widths[0], s, s) and, if conditional, labels (N,) -> logits (N, L), one for each patch."""

    def __init__(self, widths: Sequence[int], classes: int) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(_halving(before, after) for before, after in itertools.pairwise(widths))
        self.last = convolution(widths[-1], CLASS_MAPS if classes else 1, 4)
        self.of_class = None
        if classes:
            projected = nn.Sequential(nn.Linear(EMBEDDED, CLASS_MAPS), nn.LeakyReLU(0.2, inplace=True))
            self.of_class = nn.Sequential(nn.Embedding(classes, EMBEDDED), projected)

    def forward(self, maps: torch.Tensor, labels: torch.Tensor | None) -> torch.Tensor:
        for block in self.blocks:
            maps = block(maps)
        judged = self.last(maps)
        if self.of_class is not None:
            judged = (judged * self.of_class(labels)[:, :, None, None]).sum(dim=1) / math.sqrt(CLASS_MAPS)
        return judged.flatten(1)


class Discriminator(DiscriminatorNetwork):
    """Images (N, channels, S, S) in [-1, 1] and, if conditional, labels (N,) -> logits (N,): is it real?"""

    def __init__(self, channels: int, features_px: int, classes: int) -> None:
        super().__init__()
        self.features = Features(channels, features_px)
        heads = [Head([seen, *WIDTHS[scale + 1 :]], classes) for scale, seen in enumerate(CHANNELS)]
        self.heads = nn.ModuleList(heads)

    def forward(self, images: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        return self.judge(self.features(images), labels).mean(dim=1)

    def judge(self, maps: Sequence[torch.Tensor], labels: torch.Tensor | None) -> torch.Tensor:
        """Logits (N, L) of all heads, from the maps of images."""
        return torch.cat([head(each, labels) for head, each in zip(self.heads, maps, strict=True)], dim=1)

    def layers_from_image(self) -> list[nn.Module]:
        """As freezing counts: what halves maps of one size, in all heads."""
        heads = [list(cast("Head", head).blocks) for head in self.heads]
        depth = len(heads[0])
        return [
            nn.ModuleList(head[level - depth] for head in heads if len(head) >= depth - level) for level in range(depth)
        ]


def build_discriminator(description: dict[str, Any]) -> Discriminator:
    """The discriminator that is trained against the generator that a generator.json describes."""
    settings: ProjectedSettings = description["settings"]
    classes = len(description["classes"]) if description["conditional"] else 0
    return Discriminator(description["channels"], settings.features_px, classes)


def _halving(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        convolution(inputs, outputs, 4, 2, 1, bias=True), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2, inplace=True)
    )
