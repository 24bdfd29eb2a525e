"""The two networks of a DCGAN, unconditional or conditioned on the class.

Radford, Metz and Chintala 2015 (arXiv:1511.06434): strided and transposed convolutions of kernel 4, batch normalisation
but for the generator's last and the discriminator's first layer, ReLU and tanh against LeakyReLU(0.2), weights from
N(0, 0.02). An image of size base x 2^k passes k doublings; the first transposed convolution (kernel base, stride 1,
padding 0) makes base x base from the latent vector.
"""

import itertools
from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from augury.generators.dcgan.family import DCGANSettings
from augury.generators.dcgan.layers import Convolution, Transposed
from augury.generators.dcgan.sizes import base_and_doublings
from augury.generators.network import DiscriminatorNetwork, GeneratorNetwork


def stage_widths(size_px: int, width: int, max_width: int) -> list[int]:
    """Feature maps after each halving of the discriminator, from the image inwards; the generator mirrors them."""
    _, doublings = base_and_doublings(size_px)
    return [min(width * 2**stage, max_width) for stage in range(doublings)]


class Generator(GeneratorNetwork):
    """Latent (N, latent_dim) and, if conditional, labels (N,) -> images (N, channels, size_px, size_px) in [-1, 1]."""

    def __init__(
        self,
        size_px: int,
        channels: int,
        latent_dim: int,
        width: int,
        max_width: int,
        extra_convolutions: int,
        classes: int,
    ) -> None:
        super().__init__()
        self.latent_dim, self.classes = latent_dim, classes
        base, _ = base_and_doublings(size_px)
        widths = stage_widths(size_px, width, max_width)[::-1]
        layers: list[nn.Module] = [Transposed(latent_dim + classes, widths[0], base, 1, 0, bias=False)]
        layers += [nn.BatchNorm2d(widths[0]), nn.ReLU(inplace=True)]
        for before, after in itertools.pairwise(widths):
            layers += [Transposed(before, after, 4, 2, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU(inplace=True)]
        for _ in range(extra_convolutions):
            layers += [nn.Conv2d(widths[-1], widths[-1], 3, 1, 1, bias=False), nn.BatchNorm2d(widths[-1])]
            layers += [nn.ReLU(inplace=True)]
        layers += [Transposed(widths[-1], channels, 4, 2, 1), nn.Tanh()]
        self.layers = nn.Sequential(*layers)
        self.apply(_initialise)

    def forward(self, latents: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        if self.classes and labels is not None:
            one_hot = nn.functional.one_hot(labels, self.classes).to(latents.dtype)
            latents = torch.cat([latents, one_hot], dim=1)
        return self.layers(latents[:, :, None, None])

    def draw(
        self, latents: torch.Tensor, labels: torch.Tensor | None, seeds: Sequence[int], truncation: float
    ) -> torch.Tensor:
        """Images of given latents, which depend on nothing else; truncation pulls latents to 0, their mean."""
        return self(latents * truncation, labels)


class Discriminator(DiscriminatorNetwork):
    """Images (N, channels, size_px, size_px) in [-1, 1] and, if conditional, labels (N,) -> logits (N,): is it real?"""

    def __init__(self, size_px: int, channels: int, width: int, max_width: int, classes: int) -> None:
        super().__init__()
        self.classes = classes
        base, _ = base_and_doublings(size_px)
        widths = stage_widths(size_px, width, max_width)
        layers: list[nn.Module] = [nn.Conv2d(channels + classes, widths[0], 4, 2, 1), nn.LeakyReLU(0.2, inplace=True)]
        for before, after in itertools.pairwise(widths):
            layers += [Convolution(before, after, 4, 2, 1, bias=False), nn.BatchNorm2d(after)]
            layers += [nn.LeakyReLU(0.2, inplace=True)]
        layers += [Convolution(widths[-1], 1, base, 1, 0)]
        self.layers = nn.Sequential(*layers)
        self.apply(_initialise)

    def forward(self, images: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        if self.classes and labels is not None:
            one_hot = nn.functional.one_hot(labels, self.classes).to(images.dtype)
            planes = one_hot[:, :, None, None].expand(-1, -1, *images.shape[2:])
            images = torch.cat([images, planes], dim=1)
        return self.layers(images).flatten()

    def layers_from_image(self) -> list[nn.Module]:
        """From the image inwards, as freezing counts: each convolution with what follows it, but for the last one."""
        starts = [index for index, layer in enumerate(self.layers) if isinstance(layer, nn.Conv2d)]
        return [self.layers[start:stop] for start, stop in itertools.pairwise(starts)]


def build_generator(description: dict[str, Any]) -> Generator:
    """The generator that a generator.json describes; `classes` counts only where it is conditional."""
    settings: DCGANSettings = description["settings"]
    return Generator(
        size_px=description["size_px"],
        channels=description["channels"],
        latent_dim=settings.latent_dim,
        width=settings.width,
        max_width=settings.max_width,
        extra_convolutions=settings.extra_convolutions,
        classes=len(description["classes"]) if description["conditional"] else 0,
    )


def build_discriminator(description: dict[str, Any]) -> Discriminator:
    """The discriminator that was trained against that generator."""
    settings: DCGANSettings = description["settings"]
    return Discriminator(
        size_px=description["size_px"],
        channels=description["channels"],
        width=settings.width,
        max_width=settings.max_width,
        classes=len(description["classes"]) if description["conditional"] else 0,
    )


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.BatchNorm2d):
        nn.init.normal_(module.weight, float(isinstance(module, nn.BatchNorm2d)), 0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
