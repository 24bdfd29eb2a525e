"""Training images under noise as what a pool is drawn from, each with its parent, and how many come out as copies.

The noise of Karras et al. 2022 (arXiv:2206.00364) at a level of one's choice, as SDEdit has it (Meng et al. 2021,
arXiv:2108.01073) and DA-Fusion and Real Guidance use it for few images.
"""

from typing import Any

import numpy as np
import torch

from augury.augmentation.classical import scale
from augury.command import script
from augury.duplicates.fingerprints import fingerprints_of
from augury.latent.files import Latents
from augury.scores.copies.compute import copied_share
from augury.selections.request import SHOWN, Chosen, Request
from augury.training.randomness import generator_of

LOOKED_AT = 32  # images of each level, at most, that are compared with the training images
FAINT = 0.002  # noise under which a parent is shown as it is


def select(request: Request) -> Chosen:
    """As many images' beginnings as are wanted, which depend on the seed and their number alone."""
    levels, count = request.settings.sigma, request.count
    # In the order of their hashes: the first n are n at random.
    order = sorted(range(len(request.rows)), key=lambda number: request.rows[number].sha256)
    parents = [order[number % len(order)] for number in range(count)]
    sigmas = [level_of(number, len(order), levels) for number in range(count)]
    images = scale(torch.from_numpy(request.real[parents])).flatten(1)
    noise = torch.stack([_noise(images.shape[1], request.seed, number) for number in range(count)])
    strength = torch.tensor(sigmas)[:, None]
    vectors = torch.cat([images + noise * strength, strength], dim=1)
    shown = torch.cat([images[:SHOWN], torch.full((len(images[:SHOWN]), 1), FAINT)], dim=1)
    seeds = torch.arange(count)
    rows = [request.rows[parent] for parent in parents]
    columns = [
        {"parent": row.sha256, "parent_specimen": row.specimen, "sigma": sigma}
        for row, sigma in zip(rows, sigmas, strict=True)
    ]
    record = {"parents": columns, "copied_by_sigma": _copied(request, vectors, np.array(sigmas))}
    latents = Latents(vectors, seeds, [None] * count, request.drawer.space)
    return Chosen(latents, (shown, seeds[:SHOWN]), record=record, compared=("parents", "drawn from them"))


def level_of(number: int, parents: int, levels: list[float]) -> float:
    """The level of an image by its number: they go in turns, and begin one later in each round of the parents."""
    return levels[(number + number // parents) % len(levels)]


def _noise(values: int, seed: int, number: int) -> torch.Tensor:
    return torch.randn(values, generator=generator_of("from specimen", seed, number))


def _copied(request: Request, vectors: torch.Tensor, sigmas: np.ndarray) -> dict[str, Any]:
    # Of the first images of each level the share that shows a training image, by pixels.
    training, shares = fingerprints_of(request.real), {}
    for sigma in request.settings.sigma:
        chosen = torch.from_numpy(np.flatnonzero(sigmas == sigma)[:LOOKED_AT])
        if not len(chosen):
            continue
        drawn = request.drawer.images(vectors[chosen], chosen)
        share, low, high = copied_share(training, fingerprints_of(drawn.numpy()))
        shares[f"{sigma:g}"] = {"images": len(chosen), "copied": share, "copied_low": low, "copied_high": high}
        script.tell(f"{request.label}: at sigma {sigma:g}, {share:.0%} of {len(chosen)} images show a training image")
    return shares
