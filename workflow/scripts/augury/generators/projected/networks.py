"""The light FastGAN generator (Liu et al. 2021, arXiv:2101.04775), as projected GANs take it.

One convolution of spectral norm 1 for each doubling, batch normalisation and gated linear units. Skip-layer excitation:
maps of 64 px and more are weighed, channel by channel, by those of a sixteenth of their side (section 3.1). With
classes, an embedding of the class scales and shifts what is normalised.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from augury.generators.network import GeneratorNetwork
from augury.generators.projected.family import ProjectedSettings
from augury.generators.projected.layers import convolution, doubling, gated, linear, transposed

FACTORS = {4: 16.0, 8: 8.0, 16: 4.0, 32: 2.0, 64: 2.0, 128: 1.0, 256: 0.5, 512: 0.25}  # of the width, at each size
SKIP = 16  # maps are excited by those so many times smaller


class Norm(nn.Module):
    """Batch normalisation whose scale and shift are a function of the class, if there are any."""

    def __init__(self, channels: int, embedded: int) -> None:
        super().__init__()
        self.normalise = nn.BatchNorm2d(channels, affine=not embedded)
        self.gain = linear(embedded, channels) if embedded else None
        self.shift = linear(embedded, channels) if embedded else None

    def forward(self, maps: torch.Tensor, condition: torch.Tensor | None) -> torch.Tensor:
        """condition: (N, embedded), or None where there is none."""
        maps = self.normalise(maps)
        if self.gain is None or self.shift is None:
            return maps
        gain, shift = (each(condition).to(maps.dtype)[:, :, None, None] for each in (self.gain, self.shift))
        return maps * (1 + gain) + shift


class Doubling(nn.Module):
    """Maps (N, inputs, s, s) -> (N, outputs, 2 s, 2 s)."""

    def __init__(self, inputs: int, outputs: int, embedded: int) -> None:
        super().__init__()
        self.doubled = doubling(inputs, 2 * outputs)
        self.norm = Norm(2 * outputs, embedded)

    def forward(self, maps: torch.Tensor, condition: torch.Tensor | None) -> torch.Tensor:
        return gated(self.norm(self.doubled(maps), condition))


class Excitation(nn.Module):
    """Weights of channels (N, outputs, 1, 1) in 0 to 1 from small maps (N, inputs, s, s)."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.AdaptiveAvgPool2d(4),
            convolution(inputs, outputs, 4),
            nn.SiLU(),
            convolution(outputs, outputs, 1),
            nn.Sigmoid(),
        )

    def forward(self, small: torch.Tensor) -> torch.Tensor:
        return self.layers(small)


class Generator(GeneratorNetwork):
    """Latents (N, latent_dim) and, if conditional, labels (N,) -> images (N, channels, size_px, size_px).

    Images are not bounded: real ones lie in [-1, 1].
    """

    def __init__(self, size_px: int, channels: int, latent_dim: int, width: int, classes: int) -> None:
        super().__init__()
        self.latent_dim = latent_dim
        maps = {size: int(factor * width) for size, factor in FACTORS.items() if size <= size_px}
        embedded = latent_dim if classes else 0
        self.embedding = nn.Embedding(classes, latent_dim) if classes else None
        self.start = nn.Sequential(transposed(latent_dim, 2 * maps[4], 4), nn.BatchNorm2d(2 * maps[4]))
        self.sizes = [size for size in maps if size > 4]
        self.doublings = nn.ModuleList(Doubling(maps[size // 2], maps[size], embedded) for size in self.sizes)
        excited = {str(size): Excitation(maps[size // SKIP], maps[size]) for size in maps if size // SKIP in maps}
        self.excitations = nn.ModuleDict(excited)
        self.to_image = convolution(maps[size_px], channels, 3, 1, 1, bias=True)
        # An average of the vectors by which spectral norms are estimated is none.
        self.running_means = tuple(name for name in self.state_dict() if name.endswith(("._u", "._v")))

    def forward(self, latents: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        return self.draw(latents, labels, (), 1.0)

    def draw(
        self, latents: torch.Tensor, labels: torch.Tensor | None, seeds: Sequence[int], truncation: float
    ) -> torch.Tensor:
        """Images of given latents, which depend on nothing else; only the direction of a latent vector counts.

        truncation: vectors of that length in place of 1 (times the root of latent_dim).
        """
        condition = self.embedding(labels) if self.embedding is not None and labels is not None else None
        scale = (latents.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()
        maps = gated(self.start((latents * scale * truncation)[:, :, None, None]))
        seen = {4: maps}
        for size, block in zip(self.sizes, self.doublings, strict=True):
            maps = block(maps, condition)
            if str(size) in self.excitations:
                maps = maps * self.excitations[str(size)](seen[size // SKIP])
            seen[size] = maps
        return self.to_image(maps)


def build_generator(description: dict[str, Any]) -> Generator:
    """The generator that a generator.json describes; `classes` counts only where it is conditional."""
    settings: ProjectedSettings = description["settings"]
    return Generator(
        size_px=description["size_px"],
        channels=description["channels"],
        latent_dim=settings.latent_dim,
        width=settings.width,
        classes=len(description["classes"]) if description["conditional"] else 0,
    )
