"""Latent vectors without large numbers: each number beyond a threshold is drawn again, until it is within.

Brock, Donahue and Simonyan 2019 (arXiv:1809.11096), section 3.1. An arm's `truncation` scales vectors instead.
"""

import torch

from augury.latent.files import Latents
from augury.selections.request import SHOWN, Chosen, Request
from augury.training.randomness import generator_of


def select(request: Request) -> Chosen:
    """As many vectors as are wanted, which depend on the selection's seed and their place alone."""
    threshold, dim = request.settings.threshold, request.drawer.network.latent_dim
    drawn = [truncated(dim, threshold, "truncated", request.seed, index) for index in range(request.count)]
    vectors, noise = request.drawer.in_space(torch.stack(drawn)), torch.arange(request.count)
    latents = Latents(vectors, noise, [None] * request.count, request.drawer.space)
    first = torch.arange(SHOWN)
    return Chosen(latents, (request.drawer.of_seeds(first.tolist()), first))


def truncated(dim: int, threshold: float, *seed: int | str) -> torch.Tensor:
    """(dim,) numbers from N(0, 1) given that they lie within +- threshold, by the inverse of the distribution."""
    least = torch.special.ndtr(torch.tensor(-threshold, dtype=torch.float64))
    shares = torch.rand(dim, generator=generator_of(*seed), dtype=torch.float64)
    return torch.special.ndtri(least + shares * (1 - 2 * least)).clamp(-threshold, threshold).float()
