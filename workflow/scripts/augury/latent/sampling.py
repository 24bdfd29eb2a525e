"""Latent vectors and images that depend on one number each, however many are made together."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import torch
from torch import nn

from augury.command.errors import UserError
from augury.generators.network import GeneratorNetwork
from augury.training.device import send
from augury.training.randomness import generator_of

Value = TypeVar("Value")
BLOCK = 64  # images per forward pass: the same image always meets the same shapes, so its bits do not change


def latent_of(seed: int, latent_dim: int) -> torch.Tensor:
    """The latent vector of one seed: (latent_dim,) float32 from N(0, 1), drawn on the CPU on every device."""
    return torch.randn(latent_dim, generator=generator_of("latent", seed))


def latents_of(seeds: Sequence[int], latent_dim: int) -> torch.Tensor:
    """One row per seed: (len(seeds), latent_dim)."""
    return torch.stack([latent_of(seed, latent_dim) for seed in seeds])


@torch.no_grad()
def generate_blocks(
    network: GeneratorNetwork,
    seeds: range,
    latent_dim: int,
    label: int | None,
    device: torch.device,
    truncation: float = 1.0,
) -> Iterator[torch.Tensor]:
    """Images of consecutive seeds as uint8 (n, H, W, C), block by block, in fp32.

    Blocks are aligned to multiples of BLOCK in seed space and padded to full size, so an image is the same whatever
    range it is asked for in (on one device and number of threads). truncation: 1 draws from all of the latent space.
    """
    network = network.to(device).eval()
    labels = None if label is None else torch.full((BLOCK,), label, device=device)

    def draw(first: int) -> torch.Tensor:
        block = range(first, first + BLOCK)
        return network.draw(send(latents_of(block, latent_dim), device), labels, block, truncation)

    firsts = range(seeds.start - seeds.start % BLOCK, seeds.stop, BLOCK) if seeds else range(0)
    drawn: Iterable[torch.Tensor] = map(draw, firsts)
    # Latents and noise are the CPU's on every device: it draws the next ones while a GPU is at a block.
    drawn = drawn if device.type == "cpu" else one_ahead(drawn)
    for first, images in zip(firsts, drawn, strict=True):
        start, stop = max(first, seeds.start), min(first + BLOCK, seeds.stop)
        yield to_uint8(finite(images, network))[start - first : stop - first]


def one_ahead(values: Iterable[Value]) -> Iterator[Value]:
    """The same values, each handed out once the next has been begun."""
    rest = iter(values)
    for value in rest:
        for following in rest:
            yield value
            value = following
        yield value


def finite(images: torch.Tensor, network: nn.Module) -> torch.Tensor:
    """The same images. Raises UserError, naming the network's file, where one holds what is no finite number."""
    if not torch.isfinite(images).all():
        drawn_by = getattr(network, "path", "the generator")
        raise UserError(
            f"{drawn_by} draws images that are not finite numbers; its weights are spoilt: remove it and train it again"
        )
    return images


def to_uint8(images: torch.Tensor) -> torch.Tensor:
    """Images (N, C, H, W) in [-1, 1] -> (N, H, W, C) uint8 on the CPU, rounded to nearest."""
    scaled = (images.float() * 127.5 + 127.5).round().clamp(0, 255).to(torch.uint8)
    return scaled.permute(0, 2, 3, 1).cpu().contiguous()
