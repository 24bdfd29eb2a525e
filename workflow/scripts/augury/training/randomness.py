"""Randomness as a function of (seed, purpose, step), so that a resumed run needs no saved random state."""

import hashlib
from collections.abc import Callable

import torch

from augury.training import processes

_LARGEST = 2**63 - 1  # torch's seeds are signed 64-bit integers


def mix_seed(*parts: int | str) -> int:
    """A seed in [0, 2**63) that depends on every part: equal parts give equal seeds, on any machine."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") & _LARGEST


def seed_step(*parts: int | str) -> None:
    """Seed torch's global generators (CPU and accelerator), which dropout and randn draw from."""
    torch.manual_seed(mix_seed(*parts))


def generator_of(*parts: int | str, device: torch.device | str = "cpu") -> torch.Generator:
    """A generator of its own for one purpose, independent of all others."""
    return torch.Generator(device=device).manual_seed(mix_seed(*parts))


def stream_indices(seed: int, size: int, start: int, count: int) -> torch.Tensor:
    """Elements start .. start + count - 1 of an endless stream of permutations of range(size).

    Every epoch of `size` elements is a fresh permutation that depends on (seed, epoch) alone; a batch may span two
    epochs. Returns (count,) int64.
    """
    first, last = start // size, (start + count - 1) // size
    parts = [torch.randperm(size, generator=generator_of(seed, "epoch", epoch)) for epoch in range(first, last + 1)]
    return torch.cat(parts)[start - first * size :][:count]


def of_batch(draw: Callable[[int], torch.Tensor], count: int, dim: int = 0) -> torch.Tensor:
    """Random numbers for `count` images of this process, of those that `draw` gives for a whole batch's along `dim`.

    All processes of a training draw the same, so that an image meets the same numbers however many they are.
    """
    return processes.share(draw(count * processes.count()), dim)


def normal_like(values: torch.Tensor) -> torch.Tensor:
    """Standard normal numbers for values (N, ...) of this process's images, likewise."""
    if processes.count() == 1:
        return torch.randn_like(values)
    # Numbers are drawn in the order of memory: the whole batch is laid out as its parts are.
    dense = torch.empty_like(values)
    shape, strides = dense.shape[1:], dense.stride()
    return of_batch(lambda n: dense.new_empty_strided((n, *shape), strides).normal_(), len(values))
