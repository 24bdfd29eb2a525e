"""Contact sheets of a generator: samples, truncations, and walks through its latent space."""

from pathlib import Path

import torch

from augury.generators.network import GeneratorNetwork
from augury.images.arrays import save_sheet
from augury.latent.sampling import latents_of, to_uint8

COLUMNS = 8
TRUNCATIONS = (1.0, 0.7, 0.5, 0.3)  # from all that the generator knows to what it makes best
WALKS = 4


@torch.no_grad()
def save_samples(path: Path, network: GeneratorNetwork, classes: int, device: torch.device) -> None:
    """Latent seeds 0 to 63. A conditional generator (classes > 0) shows one class per row, in turn."""
    seeds = range(COLUMNS**2)
    labels = torch.arange(len(seeds), device=device) // COLUMNS % classes if classes else None
    images = network.draw(latents_of(seeds, network.latent_dim).to(device), labels, seeds, 1.0)
    save_sheet(path, to_uint8(images).numpy(), COLUMNS)


@torch.no_grad()
def save_truncations(path: Path, network: GeneratorNetwork, classes: int, device: torch.device) -> None:
    """A row each of TRUNCATIONS, a column each of latent seeds 0 to 7 and, if conditional, of the classes in turn."""
    latents = latents_of(range(COLUMNS), network.latent_dim).to(device)
    labels = torch.arange(COLUMNS, device=device) % classes if classes else None
    rows = [to_uint8(network.draw(latents, labels, range(COLUMNS), truncation)) for truncation in TRUNCATIONS]
    save_sheet(path, torch.cat(rows).numpy(), COLUMNS)


@torch.no_grad()
def save_walk(path: Path, network: GeneratorNetwork, classes: int, device: torch.device) -> None:
    """Rows of 8 frames: row k goes from latent seed 2 k to seed 2 k + 1 on the arc between them, with one noise.

    A conditional generator shows one class per row, in turn.
    """
    rows = []
    for row in range(WALKS):
        start, end = latents_of((2 * row, 2 * row + 1), network.latent_dim)
        latents = torch.stack([_between(start, end, frame / (COLUMNS - 1)) for frame in range(COLUMNS)]).to(device)
        labels = torch.full((COLUMNS,), row % classes, device=device) if classes else None
        rows.append(to_uint8(network.draw(latents, labels, [2 * row] * COLUMNS, 1.0)))
    save_sheet(path, torch.cat(rows).numpy(), COLUMNS)


def _between(start: torch.Tensor, end: torch.Tensor, share: float) -> torch.Tensor:
    # On the arc, not the chord: vectors from N(0, 1) have nearly one length, and the chord's middle is shorter
    # (White 2016, arXiv:1609.04468).
    cosine = torch.dot(start, end) / (start.norm() * end.norm())
    angle = torch.arccos(cosine.clamp(-1 + 1e-6, 1 - 1e-6))
    return (torch.sin((1 - share) * angle) * start + torch.sin(share * angle) * end) / torch.sin(angle)
