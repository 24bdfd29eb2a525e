"""Many images to choose from, drawn as random pools are."""

import dataclasses
from typing import Any

import torch

from augury.latent.files import Latents
from augury.selections.request import SHOWN, Chosen, Request


@dataclasses.dataclass(frozen=True)
class Candidates:
    """Images of consecutive latent seeds, to choose from: other ones for each seed of the selection."""

    seeds: range
    vectors: torch.Tensor
    noise_seeds: torch.Tensor

    def chosen(self, indices: list[int], space: str, record: dict[str, Any]) -> Chosen:
        """The answer that takes the candidates at these places, in this order; shown beside the first ones."""
        index = torch.tensor(indices)
        seeds: list[int | None] = [self.seeds[candidate] for candidate in indices]
        latents = Latents(self.vectors[index], self.noise_seeds[index], seeds, space)
        record = {"candidates": len(self.seeds)} | record
        return Chosen(latents, (self.vectors[:SHOWN], self.noise_seeds[:SHOWN]), record=record)


def candidates(request: Request) -> Candidates:
    """As many as the settings say, at least twice as many as are wanted."""
    wanted = max(request.settings.candidates, 2 * request.count)
    seeds = range(request.seed * wanted, (request.seed + 1) * wanted)
    return Candidates(seeds, request.drawer.of_seeds(seeds), torch.tensor(seeds))
