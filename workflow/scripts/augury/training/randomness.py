"""Randomness as a function of (seed, purpose, step), so that a resumed run needs no saved random state."""

import hashlib

import torch

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
