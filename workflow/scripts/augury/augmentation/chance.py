"""Draws for a batch: which images an operation touches, and how strongly. All from torch's global generator, and for
the whole batch where several processes share one."""

import math

import torch

from augury.training.randomness import of_batch

Tensor = torch.Tensor


def probability(p: Tensor | float, device: torch.device) -> Tensor:
    """p as a 0-d float32 tensor on the device, without waiting for the device."""
    return p.to(device, torch.float32) if isinstance(p, Tensor) else torch.full((), p, device=device)


def rand(count: int, device: torch.device) -> Tensor:
    """(N,) float32, uniform in [0, 1)."""
    return of_batch(lambda n: torch.rand(n, device=device), count)


def anywhere(count: int, device: torch.device) -> Tensor:
    """Points of an image, as fractions of its sides across and down: (2, N) float32, uniform in [0, 1)."""
    return of_batch(lambda n: torch.rand(2, n, device=device), count, dim=1)


def coins(count: int, p: Tensor) -> Tensor:
    """(N,) bool: true with probability p, each for itself."""
    return rand(count, p.device) < p


def uniform(count: int, low: float, high: float, device: torch.device) -> Tensor:
    """(N,) float32, uniform in [low, high)."""
    return rand(count, device) * (high - low) + low


def normal(count: int, deviation: float, device: torch.device) -> Tensor:
    """(N,) float32, normal about zero."""
    return of_batch(lambda n: torch.randn(n, device=device), count) * deviation


def factors(count: int, deviation: float, device: torch.device) -> Tensor:
    """(N,) float32, 2 ** normal(0, deviation): as often halved as doubled."""
    return torch.exp(normal(count, deviation * math.log(2.0), device))


def touched_or(drawn: Tensor, touched: Tensor, neutral: float) -> Tensor:
    """What was drawn where an image is touched, else the value that leaves it as it is."""
    return torch.where(touched, drawn, torch.full_like(drawn, neutral))


def per_image(values: Tensor, images: Tensor) -> Tensor:
    """(N,) -> (N, 1, 1, 1), in the type of the images unless boolean."""
    values = values if values.dtype == torch.bool else values.to(images.dtype)
    return values[:, None, None, None]
