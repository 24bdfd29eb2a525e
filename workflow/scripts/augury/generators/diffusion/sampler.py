"""Images from noise: Heun's method on the probability flow, with fresh noise where asked for (Karras et al. 2022).

Algorithm 2 of arXiv:2206.00364; without churn it is algorithm 1, and an image is a function of its first noise alone.
"""

import dataclasses
import itertools
from collections.abc import Callable, Sequence

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

    def levels(self, start: float | None = None) -> list[float]:
        """Levels from the first to 0; start: the first one's, instead of sigma_max; the later ones stay."""
        levels = steps_of(self.steps, self.sigma_min, self.sigma_max, self.rho)
        return levels if start is None else [start, *(level for level in levels if level < start)]

    @property
    def churns(self) -> bool:
        """Whether noise is added on the way."""
        return self.churn > 0


def sample(
    denoise: Denoise, start: torch.Tensor, levels: Sequence[float], plan: Plan, fresh: Callable[[], torch.Tensor]
) -> torch.Tensor:
    """Images of `start` (N, C, S, S), which is at the first of the levels; fresh: standard normal noise of its shape.

    In float64 but for the network: it adds up many small steps.
    """
    held = start.double()
    for level, after in itertools.pairwise(levels):
        raised = churned(level, plan.churn, plan.steps, plan.churn_min, plan.churn_max)
        if raised > level:
            held = held + (raised**2 - level**2) ** 0.5 * plan.churn_noise * fresh()
        slope = (held - _denoised(denoise, held, raised)) / raised
        moved = held + (after - raised) * slope
        if after > 0:
            second = (moved - _denoised(denoise, moved, after)) / after
            moved = held + (after - raised) * 0.5 * (slope + second)
        held = moved
    return held


def guided(conditional: torch.Tensor, unconditional: torch.Tensor, guidance: float) -> torch.Tensor:
    """Classifier-free guidance (Ho and Salimans 2022, arXiv:2207.12598): away from what no class is told of."""
    return unconditional + guidance * (conditional - unconditional)


def _denoised(denoise: Denoise, noisy: torch.Tensor, level: float) -> torch.Tensor:
    levels = torch.full((len(noisy),), level, device=noisy.device)
    return denoise(noisy.float(), levels).double()
