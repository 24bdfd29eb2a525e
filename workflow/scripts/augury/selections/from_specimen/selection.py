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
from augury.metrics.copies import of_level
from augury.scores.copies.compute import copies_among
from augury.selections.request import Chosen, Request
from augury.training.randomness import generator_of

LOOKED_AT = 32  # images of each level, at most, that are compared with the training images
STRIPS = 3  # parents that are shown, of as many specimens, each beside an image of every level


def select(request: Request) -> Chosen:
    """As many images' beginnings as are wanted, which depend on the seed and their number alone."""
    levels, count = request.settings.sigma, request.count
    # In the order of their hashes: the first n are n at random.
    order = sorted(range(len(request.rows)), key=lambda number: request.rows[number].sha256)
    parents = [order[number % len(order)] for number in range(count)]
    sigmas = [level_of(number, len(order), levels) for number in range(count)]
    vectors = _noised(request, parents, sigmas, list(range(count)))
    rows = [request.rows[parent] for parent in parents]
    columns = [
        {"parent": row.sha256, "parent_specimen": row.specimen, "sigma": sigma}
        for row, sigma in zip(rows, sigmas, strict=True)
    ]
    record = {"parents": columns} | _copied(request, vectors, columns)
    latents = Latents(vectors, torch.arange(count), [None] * count, request.drawer.space)
    return Chosen(latents, record=record, sheet=_strips(request, order))


def level_of(number: int, parents: int, levels: list[float]) -> float:
    """The level of an image by its number: they go in turns, and begin one later in each round of the parents.

    So a parent meets all levels in as many rounds, and in a round levels have equal shares.
    """
    return levels[(number % parents + number // parents) % len(levels)]


def _noised(request: Request, parents: list[int], sigmas: list[float], numbers: list[int]) -> torch.Tensor:
    """(n, values + 1): training images under noise, of one noise per number, and the noise's standard deviation."""
    images = scale(torch.from_numpy(request.real[parents])).flatten(1)
    noise = torch.stack(
        [torch.randn(images.shape[1], generator=generator_of("from specimen", request.seed, n)) for n in numbers]
    )
    strength = torch.tensor(sigmas)[:, None]
    return torch.cat([images + noise * strength, strength], dim=1)


def _strips(request: Request, order: list[int]) -> tuple[np.ndarray, int]:
    """Training images, each beside what is drawn from it at every level with one noise."""
    first: dict[str, int] = {}
    for index in order:
        first.setdefault(request.rows[index].specimen, index)
    levels, parents = request.settings.sigma, list(first.values())[:STRIPS]
    repeated = [parent for parent in parents for _ in levels]
    numbers = [number for number in range(len(parents)) for _ in levels]
    drawn = request.drawer.images(
        _noised(request, repeated, [*levels] * len(parents), numbers), torch.tensor(numbers)
    ).numpy()
    of_parents = np.split(drawn, len(parents))
    images = [
        each for parent, own in zip(parents, of_parents, strict=True) for each in (request.real[parent][None], own)
    ]
    return np.concatenate(images), len(levels) + 1


def _copied(request: Request, vectors: torch.Tensor, parents: list[dict[str, Any]]) -> dict[str, Any]:
    # Of the first images of each level: which were looked at, which show a training image, and their shares.
    sigmas = np.array([each["sigma"] for each in parents])
    looked = np.concatenate([np.flatnonzero(sigmas == sigma)[:LOOKED_AT] for sigma in request.settings.sigma])
    drawn = request.drawer.images(vectors[looked], torch.from_numpy(looked)).numpy()
    copied = looked[copies_among(fingerprints_of(request.real), fingerprints_of(drawn))]
    record = {"looked_at": looked.tolist(), "copied": copied.tolist()}
    shares = {}
    for sigma in sorted({*sigmas[looked].tolist()}):
        found = of_level([(request.about["class"], {"parents": parents} | record)], sigma)
        shares[f"{sigma:g}"] = found
        told = f"{found['copied']:.0%} of {found['images']} images show a training image"
        script.tell(f"{request.label}: at sigma {sigma:g}, {told}")
    return record | {"copied_by_sigma": shares}
