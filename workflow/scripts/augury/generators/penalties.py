"""Penalties on gradients, R1 of the discriminator and path lengths of the generator: gradients of gradients."""

import math

import torch

from augury.training import processes
from augury.training.randomness import normal_like


def r1_penalty(logits: torch.Tensor, images: torch.Tensor) -> torch.Tensor:
    """E |grad_x D(x)|^2 / 2 over real images (Mescheder et al. 2018, arXiv:1801.04406, equation 9), without its weight.

    logits: (N,) of images (N, C, H, W), which require gradients.
    """
    (slopes,) = torch.autograd.grad(logits.sum(), images, create_graph=True)
    return slopes.square().sum(dim=(1, 2, 3)).mean() / 2


def path_lengths(images: torch.Tensor, styles: torch.Tensor) -> torch.Tensor:
    """|J^T y| with y from N(0, 1) over the image's pixels, scaled by 1 / sqrt(H W): (N,).

    images: (N, C, H, W), a function of styles (N, layers, d); the norm is the root of the mean over layers of squared
    norms (Karras et al. 2020, arXiv:1912.04958, equation 4, and its public configuration for several layers).
    """
    directions = normal_like(images) / math.sqrt(images.shape[2] * images.shape[3])
    (slopes,) = torch.autograd.grad((images * directions).sum(), styles, create_graph=True)
    return slopes.square().sum(dim=2).mean(dim=1).sqrt()


def path_penalty(lengths: torch.Tensor, mean: torch.Tensor, decay: float = 0.01) -> tuple[torch.Tensor, torch.Tensor]:
    """E (|J^T y| - a)^2 with the running mean a of lengths, moved by `decay` first: the penalty and the new mean.

    Of a, its part of these lengths has gradients too, as in the public configuration.
    """
    mean = mean.lerp(processes.mean(lengths.mean()), decay)
    return (lengths - mean).square().mean(), mean.detach()
