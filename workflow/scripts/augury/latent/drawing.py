"""Images of given latent vectors, in one of three spaces: z, the styles w of a network that has them, or x.

In z a vector is drawn from N(0, 1); in w it is a style (N, style_dim), what the mapping makes of such a vector; in x it
is a noisy image's values and, last, the standard deviation of their noise, for a network that takes noise off. Vectors
and random numbers lie on the CPU whatever the device, so a search draws the same ones everywhere.
"""

from collections.abc import Iterator, Sequence

import torch

from augury.generators.network import GeneratorNetwork, NoisedNetwork, StyledNetwork
from augury.latent.sampling import BLOCK, finite, latents_of
from augury.training.randomness import generator_of

_PADDED = 16  # a last, smaller block grows to a multiple: few shapes, of which a GPU tunes each


class Drawer:
    """A generator that draws one class. noise_seeds fix the noise of a network that has any.

    bf16: draw images in it, where fp32 does not matter; the precision in which vectors are made stays fp32.
    """

    def __init__(
        self,
        network: GeneratorNetwork,
        label: int | None,
        device: torch.device,
        truncation: float = 1.0,
        space: str = "z",
        bf16: bool = False,
    ) -> None:
        self.network = network.to(device).to(memory_format=torch.channels_last).eval()
        self.label, self.device, self.truncation, self.space = label, device, truncation, space
        self.bf16 = bf16
        self._styled = self.network if isinstance(self.network, StyledNetwork) else None
        self._noised = self.network if isinstance(self.network, NoisedNetwork) else None
        if (space == "w" and self._styled is None) or (space == "x" and self._noised is None):
            raise ValueError(f"this network has no space {space}")
        self._noise_store: tuple[dict[int, int], list[torch.Tensor]] | None = None

    def prior(self, count: int, deviation: float, *seed: int | str) -> torch.Tensor:
        """(count, d) vectors as the generator was trained on, from N(0, deviation) and a seed of any parts."""
        drawn = torch.randn(count, self.network.latent_dim, generator=generator_of(*seed)) * deviation
        return self.in_space(drawn)

    def of_seeds(self, seeds: Sequence[int]) -> torch.Tensor:
        """(n, d) vectors of latent seeds, as random pools draw them."""
        return self.in_space(latents_of(seeds, self.network.latent_dim))

    def in_space(self, latents: torch.Tensor) -> torch.Tensor:
        """Vectors of z (n, latent_dim), taken to the space of this drawer."""
        if self._styled is None or self.space == "z":
            return latents
        return torch.cat([self._styles(self._styled, block).cpu() for block in latents.split(BLOCK)])

    def hold_noise(self, seeds: Sequence[int]) -> None:
        """Keep the noise of these seeds on the device, for a search that meets each many times."""
        if self._styled is not None:
            noises = [noise.to(self.device) for noise in self._styled.noises(seeds)]
            self._noise_store = {seed: index for index, seed in enumerate(seeds)}, noises

    @torch.no_grad()
    def blocks(self, vectors: torch.Tensor, noise_seeds: torch.Tensor) -> Iterator[torch.Tensor]:
        """Images of vectors (n, d), block by block: uint8 (b, C, H, W) on the device, b at most BLOCK."""
        for start in range(0, len(vectors), BLOCK):
            block, seeds = vectors[start : start + BLOCK], noise_seeds[start : start + BLOCK]
            count = len(block)
            size = -(-count // _PADDED) * _PADDED
            block = torch.cat([block, block[-1:].expand(size - count, -1)])
            seeds = torch.cat([seeds, seeds[-1:].expand(size - count)])
            with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
                images = finite(self._draw(block.to(self.device), seeds.tolist()), self.network)[:count]
            yield (images.float() * 127.5 + 127.5).round_().clamp_(0, 255).to(torch.uint8)

    def images(self, vectors: torch.Tensor, noise_seeds: torch.Tensor) -> torch.Tensor:
        """All of them at once, as arrays have them: (n, H, W, C) uint8 on the CPU."""
        return torch.cat([block.permute(0, 2, 3, 1).cpu() for block in self.blocks(vectors, noise_seeds)]).contiguous()

    def _draw(self, block: torch.Tensor, seeds: list[int]) -> torch.Tensor:
        if self._noised is not None and self.space == "x":
            return self._noised.draw_noised(block[:, :-1], block[:, -1], self._labels(len(block)), seeds)
        if self._styled is None:
            return self.network.draw(block, self._labels(len(block)), seeds, self.truncation)
        styles = block if self.space == "w" else self._styles(self._styled, block)
        return self._styled.draw_styles(styles, self._noises(self._styled, seeds), self.truncation)

    @torch.no_grad()
    def _styles(self, network: StyledNetwork, latents: torch.Tensor) -> torch.Tensor:
        return network.mapping(latents.to(self.device), self._labels(len(latents)))

    def _labels(self, count: int) -> torch.Tensor | None:
        return None if self.label is None else torch.full((count,), self.label, device=self.device)

    def _noises(self, network: StyledNetwork, seeds: list[int]) -> list[torch.Tensor]:
        if self._noise_store is None or any(seed not in self._noise_store[0] for seed in seeds):
            return network.noises(seeds)
        indices = torch.tensor([self._noise_store[0][seed] for seed in seeds], device=self.device)
        return [noise[indices] for noise in self._noise_store[1]]
