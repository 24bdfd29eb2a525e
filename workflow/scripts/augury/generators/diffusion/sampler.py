"""Images from noise along the probability flow, by one of two methods of second order.

Heun's method, with fresh noise where asked for, is algorithm 2 of Karras et al. 2022 (arXiv:2206.00364); without churn
it is algorithm 1, and takes two passes of the network for each step. DPM-Solver++ (2M) of Lu et al. 2022
(arXiv:2211.01095) takes one, and remembers the one before; an image is a function of its first noise alone.
"""

import dataclasses
import itertools
from collections.abc import Callable

import torch

from augury.generators.diffusion.preconditioning import churned, steps_of

Denoise = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]  # (N, C, S, S) and levels (N,) -> (N, C, S, S)


@dataclasses.dataclass(frozen=True)
class Plan:
    """How a sampler goes from sigma_max to 0."""

    steps: int
    sigma_min: float
    sigma_max: float
    rho: float
    churn: float = 0.0
    churn_min: float = 0.0
    churn_max: float = float("inf")
    churn_noise: float = 1.0
    multistep: bool = False  # DPM-Solver++ (2M) instead of Heun's method

    def levels(self, starts: torch.Tensor) -> torch.Tensor:
        """Levels from the first, of each image (N,), to 0: (steps + 1, N)."""
        return steps_of(self.steps, self.sigma_min, starts, self.rho)

    @property
    def churns(self) -> bool:
        """Whether noise is added on the way."""
        return self.churn > 0


def sample(
    denoise: Denoise, start: torch.Tensor, levels: torch.Tensor, plan: Plan, fresh: Callable[[], torch.Tensor]
) -> torch.Tensor:
    """Images of `start` (N, C, S, S), which are at the first of their levels (T + 1, N), on the CPU.

    fresh: standard normal noise of its shape. In float64 but for the network: it adds up many small steps.
    """
    if plan.multistep:
        return _multistep(denoise, start, levels)
    images, last = start.double(), len(levels) - 2
    for number, (level, after) in enumerate(itertools.pairwise(levels)):
        raised = churned(level, plan.churn, plan.steps, plan.churn_min, plan.churn_max)
        if (raised > level).any():
            added = (raised.square() - level.square()).sqrt() * plan.churn_noise
            images = images + _each(added, images) * fresh()
        step = _each(after - raised, images)
        slope = (images - _denoised(denoise, images, raised)) / _each(raised, images)
        moved = images + step * slope
        if number < last:
            second = (moved - _denoised(denoise, moved, after)) / _each(after, images)
            moved = images + step * 0.5 * (slope + second)
        images = moved
    return images


def _multistep(denoise: Denoise, start: torch.Tensor, levels: torch.Tensor) -> torch.Tensor:
    # Algorithm 2 of arXiv:2211.01095 with alpha = 1: lambda = -ln sigma, and the last step, to 0, ends at the denoised.
    images = start.double()
    denoised = before = _denoised(denoise, images, levels[0])
    for number in range(len(levels) - 2):
        level, after = levels[number], levels[number + 1]
        step = (level / after).log()
        guess = denoised
        if number:
            ratio = (levels[number - 1] / level).log() / step
            guess = denoised + _each(0.5 / ratio, images) * (denoised - before)
        images = _each(after / level, images) * images - _each(torch.expm1(-step), images) * guess
        before, denoised = denoised, _denoised(denoise, images, after)
    return denoised


def guided(conditional: torch.Tensor, unconditional: torch.Tensor, guidance: float) -> torch.Tensor:
    """Classifier-free guidance (Ho and Salimans 2022, arXiv:2207.12598): away from what no class is told of."""
    return unconditional + guidance * (conditional - unconditional)


def _denoised(denoise: Denoise, noisy: torch.Tensor, levels: torch.Tensor) -> torch.Tensor:
    return denoise(noisy.float(), levels.float().to(noisy.device)).double()


def _each(values: torch.Tensor, images: torch.Tensor) -> torch.Tensor:
    return values.to(images.device)[:, None, None, None]
