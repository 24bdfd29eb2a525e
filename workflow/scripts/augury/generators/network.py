"""What every family's networks are to those that draw, train and judge with them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import nn


class GeneratorNetwork(nn.Module):
    """Latents (N, latent_dim) and, if conditional, labels (N,) -> images (N, C, S, S), real ones within [-1, 1]."""

    latent_dim: int
    available: int | None = None  # images that there are, where no more can be had
    running_means: tuple[str, ...] = ()  # buffers that an average of the weights takes as they are
    path: Path  # the file of its weights, where load_generator read them

    def draw(
        self, latents: torch.Tensor, labels: torch.Tensor | None, seeds: Sequence[int], truncation: float
    ) -> torch.Tensor:
        """Images of given latents; what else is random in them depends on one seed each."""
        raise NotImplementedError


class StyledNetwork(GeneratorNetwork):
    """A generator with a space of styles w between its latents and its images."""

    mapping: nn.Module  # latents and labels to styles (N, style_dim)

    def noises(self, seeds: Sequence[int]) -> list[torch.Tensor]:
        """Noise of each layer, one row per seed, on the CPU."""
        raise NotImplementedError

    def draw_styles(self, styles: torch.Tensor, noises: Sequence[torch.Tensor], truncation: float) -> torch.Tensor:
        """Images of given styles (N, style_dim) and noises."""
        raise NotImplementedError


class NoisedNetwork(GeneratorNetwork):
    """A generator that takes noise off, and can go on from any noisy image."""

    def draw_noised(
        self, noisy: torch.Tensor, sigma: torch.Tensor, labels: torch.Tensor | None, seeds: Sequence[int]
    ) -> torch.Tensor:
        """Images of noisy ones (N, C S S), each under noise of standard deviation sigma (N,) of its own."""
        raise NotImplementedError


class DiscriminatorNetwork(nn.Module):
    """Images (N, C, S, S) and, if conditional, labels (N,) -> logits (N,): is it real?"""

    def layers_from_image(self) -> list[nn.Module]:
        """All but the last, from the image inwards, as freezing counts."""
        raise NotImplementedError

    def judge_alone(self) -> None:
        """From now on, let no image's logit depend on what stands beside it in a batch."""


class Networks(Protocol):
    """The module of a family that makes its two networks from a generator.json."""

    def build_generator(self, description: dict[str, Any]) -> GeneratorNetwork: ...

    def build_discriminator(self, description: dict[str, Any]) -> DiscriminatorNetwork: ...
