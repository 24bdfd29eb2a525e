"""StyleGAN2's generator: a mapping from latent vectors to styles, and a synthesis network that the styles steer.

Karras et al. 2020 (arXiv:1912.04958), figure 2 and section 4.1, with the public configuration's choices: one constant
4 x 4 start, noise with one strength a layer, an output that is the sum of images of all resolutions (`skip`) or comes
out of residual blocks (`residual`).
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, cast

import torch
from torch import nn

from augury.filters.resampling import upsample
from augury.generators.network import StyledNetwork
from augury.generators.stylegan2.family import Resolved
from augury.generators.stylegan2.layers import (
    Linear,
    ModulatedConvolution,
    activate,
    resampling_kernel,
    second_moment,
    widths,
)
from augury.training import processes
from augury.training.device import send
from augury.training.randomness import generator_of, of_batch

MAPPING_RATE = 0.01  # factor of the mapping's learning rate (Karras et al. 2019, arXiv:1812.04948, appendix C)
AVERAGE_DECAY = 0.995  # of the mean style, a step


class Mapping(nn.Module):
    """Latents (N, latent_dim) and, if conditional, labels (N,) -> styles (N, style_dim)."""

    average: torch.Tensor

    def __init__(self, latent_dim: int, style_dim: int, layers: int, classes: int):
        super().__init__()
        self.classes = classes
        self.embedding = Linear(classes, style_dim) if classes else None
        inputs = latent_dim + (style_dim if classes else 0)
        sizes = [inputs] + [style_dim] * layers
        pairs = itertools.pairwise(sizes)
        self.layers = nn.Sequential(*(Linear(a, b, rate=MAPPING_RATE, activated=True) for a, b in pairs))
        self.register_buffer("average", torch.zeros(style_dim))

    def forward(self, latents: torch.Tensor | None, labels: torch.Tensor | None, track: bool = False) -> torch.Tensor:
        """track: move the mean style, towards which truncation pulls."""
        parts = [] if latents is None or not latents.shape[1] else [second_moment(latents)]
        if self.embedding is not None and labels is not None:
            parts.append(second_moment(self.embedding(nn.functional.one_hot(labels, self.classes).float())))
        styles = self.layers(torch.cat(parts, dim=1))
        if track:
            with torch.no_grad():
                self.average.lerp_(processes.mean(styles.mean(dim=0)), 1 - AVERAGE_DECAY)
        return styles


class StyledLayer(nn.Module):
    """Modulated convolution, noise, bias and activation at one resolution."""

    def __init__(self, inputs: int, outputs: int, style_dim: int, size_px: int, doubled: bool):
        super().__init__()
        self.convolution = ModulatedConvolution(inputs, outputs, 3, style_dim, doubled)
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.noise_strength = nn.Parameter(torch.zeros([]))
        self.size_px = size_px

    def forward(
        self, features: torch.Tensor, styles: torch.Tensor, noise: torch.Tensor, gain: float = 1.0
    ) -> torch.Tensor:
        """noise: (N, 1, size_px, size_px), the same for all feature maps."""
        features = self.convolution(features, styles)
        shift = (noise * self.noise_strength).to(features.dtype) + self.bias.to(features.dtype)[:, None, None]
        return activate(features + shift, math.sqrt(2) * gain)


class Block(nn.Module):
    """The layers of one resolution: features and an image of half its size -> features and an image."""

    kernel: torch.Tensor

    def __init__(self, inputs: int, outputs: int, style_dim: int, size_px: int, channels: int, residual: bool):
        super().__init__()
        self.first = size_px == 4
        layers = [] if self.first else [StyledLayer(inputs, outputs, style_dim, size_px, doubled=True)]
        layers.append(StyledLayer(inputs if self.first else outputs, outputs, style_dim, size_px, doubled=False))
        self.layers = nn.ModuleList(layers)
        self.to_image = ModulatedConvolution(outputs, channels, 1, style_dim, demodulated=False) if channels else None
        self.image_bias = nn.Parameter(torch.zeros(channels)) if channels else None
        self.shortcut = nn.Parameter(torch.randn(outputs, inputs, 1, 1)) if residual and not self.first else None
        self.register_buffer("kernel", resampling_kernel(), persistent=False)

    def forward(
        self,
        features: torch.Tensor,
        image: torch.Tensor | None,
        styles: Sequence[torch.Tensor],
        noises: Sequence[torch.Tensor],
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """styles: one a layer and, where the block makes an image, one more for it."""
        shortcut = None
        if self.shortcut is not None:
            weight = self.shortcut / math.sqrt(self.shortcut.shape[1])
            # A convolution of one pixel and the resampling change places: the small image is convolved.
            shortcut = upsample(nn.functional.conv2d(features, weight), self.kernel) * math.sqrt(0.5)
        for number, layer in enumerate(self.layers):
            last = number == len(self.layers) - 1
            gain = math.sqrt(0.5) if last and shortcut is not None else 1.0
            features = layer(features, styles[number], noises[number], gain)
        if shortcut is not None:
            features = features + shortcut.to(features.dtype)
        if image is not None:
            image = upsample(image, self.kernel)
        if self.to_image is not None and self.image_bias is not None:
            made = self.to_image(features, styles[len(self.layers)]).to(self.image_bias.dtype)
            made = made + self.image_bias[:, None, None]
            image = made if image is None else image + made
        return features, image


class Generator(StyledNetwork):
    """Latents (N, latent_dim) and, if conditional, labels (N,) -> images (N, channels, size_px, size_px).

    Images are not bounded: real ones lie in [-1, 1]. architecture: skip or residual.
    """

    mapping: Mapping
    running_means = ("mapping.average",)

    def __init__(
        self,
        size_px: int,
        channels: int,
        latent_dim: int,
        style_dim: int,
        mapping_layers: int,
        channel_base: int,
        channel_max: int,
        architecture: str,
        classes: int,
    ) -> None:
        super().__init__()
        self.latent_dim, self.classes = latent_dim, classes
        self.mapping = Mapping(latent_dim, style_dim, mapping_layers, classes)
        maps = widths(size_px, channel_base, channel_max)
        self.start = nn.Parameter(torch.randn(1, maps[4], 4, 4))
        self.blocks = nn.ModuleList()
        for size in maps:
            shown = channels if architecture == "skip" or size == size_px else 0
            before = maps[max(4, size // 2)]
            self.blocks.append(Block(before, maps[size], style_dim, size, shown, architecture == "residual"))
        self.noise_sizes = [layer.size_px for layer in self.modules() if isinstance(layer, StyledLayer)]
        self.styles = len(self.noise_sizes) + 1  # one a layer; a block's image shares the next block's first

    def forward(self, latents: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        return self.synthesise(self.repeated(self.mapping(latents, labels)))

    def repeated(self, styles: torch.Tensor) -> torch.Tensor:
        """One style for all layers: (N, style_dim) -> (N, styles, style_dim)."""
        return styles[:, None].expand(-1, self.styles, -1)

    def synthesise(self, styles: torch.Tensor, noises: Sequence[torch.Tensor] | None = None) -> torch.Tensor:
        """styles: (N, styles, style_dim). noises: one (N, 1, s, s) a layer; drawn anew where none are given."""
        if noises is None:
            shapes = [(1, size, size) for size in self.noise_sizes]
            noises = [of_batch(partial(_normal, shape, styles.device), len(styles)) for shape in shapes]
        features = self.start.expand(len(styles), -1, -1, -1).contiguous(memory_format=torch.channels_last)
        image, index = None, 0
        for block in cast("Iterable[Block]", self.blocks):
            used = len(block.layers)
            taken = styles[:, index : index + used + 1].unbind(dim=1)
            features, image = block(features, image, taken, noises[index : index + used])
            index += used
        return cast("torch.Tensor", image)  # which the last block makes

    def draw(
        self, latents: torch.Tensor, labels: torch.Tensor | None, seeds: Sequence[int], truncation: float
    ) -> torch.Tensor:
        """Images whose noise, like their latents, depends on one seed each.

        truncation: styles are pulled to their mean, w = mean + truncation (w - mean) (arXiv:1812.04948, appendix B).
        """
        return self.draw_styles(self.mapping(latents, labels), self.noises(seeds), truncation)

    def noises(self, seeds: Sequence[int]) -> list[torch.Tensor]:
        """Noise of each layer, one row per seed, on the CPU."""
        return noises_of(seeds, self.noise_sizes)

    def draw_styles(self, styles: torch.Tensor, noises: Sequence[torch.Tensor], truncation: float) -> torch.Tensor:
        """Images of given styles (N, style_dim), the space w, and noises, one (N, 1, s, s) a layer."""
        pulled = self.mapping.average.lerp(styles, truncation)
        return self.synthesise(self.repeated(pulled), [send(noise, styles.device) for noise in noises])


def _normal(shape: tuple[int, ...], device: torch.device, count: int) -> torch.Tensor:
    return torch.randn(count, *shape, device=device)


def noises_of(seeds: Sequence[int], sizes: Sequence[int]) -> list[torch.Tensor]:
    """Noise (len(seeds), 1, s, s) of each layer; a seed's is drawn from it alone, on the CPU on every device."""
    total = sum(size**2 for size in sizes)
    drawn = torch.stack([torch.randn(total, generator=generator_of("noise", seed)) for seed in seeds])
    parts = drawn.split([size**2 for size in sizes], dim=1)
    return [part.reshape(-1, 1, size, size) for part, size in zip(parts, sizes, strict=True)]


def build_generator(description: dict[str, Any]) -> Generator:
    """The generator that a generator.json describes; `classes` counts only where it is conditional."""
    settings: Resolved = description["settings"]
    return Generator(
        size_px=description["size_px"],
        channels=description["channels"],
        latent_dim=settings.latent_dim,
        style_dim=settings.style_dim,
        mapping_layers=settings.mapping_layers,
        channel_base=settings.channel_base,
        channel_max=settings.channel_max,
        architecture=settings.generator_architecture,
        classes=len(description["classes"]) if description["conditional"] else 0,
    )
