"""What makes a U-Net a denoiser, and what it is trained to do: Karras et al. 2022 (arXiv:2206.00364), table 1."""

import math

import torch
from torch import nn


class Denoiser(nn.Module):
    """D(x; sigma) = c_skip x + c_out F(c_in x; c_noise): images under noise of standard deviation sigma -> images.

    network: F, called with (images, noise, labels, moves). sigma_data: standard deviation of the images' values.
    """

    def __init__(self, network: nn.Module, sigma_data: float) -> None:
        super().__init__()
        self.network, self.sigma_data = network, sigma_data

    def forward(
        self,
        noisy: torch.Tensor,
        sigma: torch.Tensor,
        labels: torch.Tensor | None = None,
        moves: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """noisy: (N, C, S, S) float32, sigma: (N,) > 0."""
        c_skip, c_out, c_in, c_noise = coefficients(sigma.float(), self.sigma_data)
        made = self.network(_each(c_in) * noisy, c_noise, labels, moves)
        return _each(c_skip) * noisy + _each(c_out) * made.float()


def coefficients(sigma: torch.Tensor, sigma_data: float) -> tuple[torch.Tensor, ...]:
    """c_skip, c_out, c_in and c_noise, each (N,), of noise levels (N,)."""
    total = sigma.square() + sigma_data**2
    return sigma_data**2 / total, sigma * sigma_data / total.sqrt(), 1 / total.sqrt(), sigma.log() / 4


def noise_levels(normal: torch.Tensor, p_mean: float, p_std: float) -> torch.Tensor:
    """Standard normal numbers (N,) -> the levels that a training meets: ln sigma from N(p_mean, p_std^2)."""
    return (normal * p_std + p_mean).exp()


def weight(sigma: torch.Tensor, sigma_data: float) -> torch.Tensor:
    """lambda(sigma) = 1 / c_out^2, so that every level's loss is 1 to begin with."""
    return (sigma.square() + sigma_data**2) / (sigma * sigma_data).square()


def denoising_loss(
    denoised: torch.Tensor, images: torch.Tensor, sigma: torch.Tensor, sigma_data: float
) -> torch.Tensor:
    """lambda(sigma) |D(y + n; sigma) - y|^2, the mean over pixels: (N,)."""
    return weight(sigma, sigma_data) * (denoised - images).square().mean(dim=(1, 2, 3))


def steps_of(count: int, sigma_min: float, sigma_max: torch.Tensor, rho: float) -> torch.Tensor:
    """Noise levels of a sampler of `count` steps from each of sigma_max (N,): (count + 1, N) float64 (equation 5).

    They fall to sigma_min, the last but one, and to 0.
    """
    first, last = sigma_max.double() ** (1 / rho), sigma_min ** (1 / rho)
    shares = torch.arange(count, dtype=torch.float64)[:, None] / max(count - 1, 1)
    levels = (first + shares * (last - first)) ** rho
    return torch.cat([levels, torch.zeros_like(levels[:1])])


def churned(sigma: torch.Tensor, churn: float, steps: int, low: float, high: float) -> torch.Tensor:
    """The levels to which noise is raised before a step: sigma (1 + gamma) (algorithm 2); churn 0 raises none."""
    gamma = min(churn / steps, math.sqrt(2) - 1)
    return sigma * (1 + gamma * ((sigma >= low) & (sigma <= high)))


def _each(values: torch.Tensor) -> torch.Tensor:
    return values[:, None, None, None]
