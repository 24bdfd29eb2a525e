"""Generators that draw images which are there already: other tools' images, and copies of the training images.

They stand where trained generators stand, so that pools, scores, arms and the verdict treat all alike. A seed picks an
image and nothing is learned.
"""

from collections.abc import Sequence
from pathlib import Path

import torch

from augury.command.errors import UserError
from augury.generators.network import GeneratorNetwork
from augury.training.randomness import generator_of


class StoredImages(GeneratorNetwork):
    """Draws stored images by seed: seed i gives image i modulo their number, moved by noise that seed i fixes.

    count: images of size_px and channels that the weights hold. noise: levels of 255 by which each value may move.
    endless: whether seeds beyond the last image are of use, as noise makes another copy. stream: words that the noise
    depends on beside the seed.
    """

    latent_dim = 1
    images: torch.Tensor

    def __init__(self, count: int, size_px: int, channels: int, noise: int, endless: bool, stream: tuple) -> None:
        super().__init__()
        self.register_buffer("images", torch.zeros(count, channels, size_px, size_px, dtype=torch.uint8))
        self.noise, self.stream = noise, stream
        self.available = None if endless else count

    def draw(
        self, latents: torch.Tensor, labels: torch.Tensor | None, seeds: Sequence[int], truncation: float
    ) -> torch.Tensor:
        """Images (n, C, S, S) in [-1, 1] of n seeds; latents, labels and truncation have no meaning here."""
        indices = torch.tensor([seed % len(self.images) for seed in seeds], device=self.images.device)
        drawn = self.images[indices].float()
        if self.noise:
            moved = [self._noise_of(seed) for seed in seeds]
            drawn = (drawn + torch.stack(moved).to(drawn.device)).clamp_(0, 255)
        return drawn / 127.5 - 1

    def _noise_of(self, seed: int) -> torch.Tensor:
        shape, random = self.images.shape[1:], generator_of("noise", *self.stream, seed)
        return torch.randint(-self.noise, self.noise + 1, shape, generator=random).float()


def check_available(network: GeneratorNetwork, count: int, folder: Path) -> None:
    """Raise UserError where more images are wanted than a generator of stored images has."""
    if network.available is not None and count > network.available:
        raise UserError(
            f"{folder} holds {network.available} images where {count} are wanted; add images to the generator's "
            "folder or pool, or lower the arm's `ratio` or `count`"
        )
