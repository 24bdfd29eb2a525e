"""Chosen latent vectors on disk: latents.safetensors, from which the images of a pool can be made again."""

import dataclasses
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from augury.command.errors import UserError
from augury.command.files import atomic
from augury.command.seals import check, write_tensors

FILE = "latents.safetensors"
_NOT_SEEDED = -1


@dataclasses.dataclass(frozen=True)
class Latents:
    """Vectors in the order in which arms take their images.

    vectors: (n, d) float32. noise_seeds: (n,) int64, for networks with noise. latent_seeds: the seed that gives each
    vector, or None where it was evolved. space: z, w or x (latent.drawing).
    """

    vectors: torch.Tensor
    noise_seeds: torch.Tensor
    latent_seeds: list[int | None]
    space: str


def save_latents(path: Path, latents: Latents) -> None:
    """Write them atomically."""
    seeds = [_NOT_SEEDED if seed is None else seed for seed in latents.latent_seeds]
    tensors = {
        "vectors": latents.vectors.contiguous(),
        "noise_seeds": latents.noise_seeds.contiguous(),
        "latent_seeds": torch.tensor(seeds, dtype=torch.int64),
    }
    with atomic(path) as temporary:
        write_tensors(temporary, save(tensors, metadata={"space": latents.space}))


def load_latents(path: Path) -> Latents:
    """Read them back. Raises UserError when the file is missing or damaged, or holds something else."""
    try:
        check(path, "remove it and run select_latents again")
        with safe_open(path, framework="pt") as file:
            space = (file.metadata() or {})["space"]
            vectors, noise, seeds = (file.get_tensor(name) for name in ("vectors", "noise_seeds", "latent_seeds"))
    except FileNotFoundError:
        raise UserError(f"{path} is missing; run select_latents") from None
    except (SafetensorError, KeyError, OSError) as error:
        raise UserError(f"{path} holds no latent vectors ({error}); run select_latents again") from None
    return Latents(vectors, noise, [None if seed == _NOT_SEEDED else seed for seed in seeds.tolist()], space)
