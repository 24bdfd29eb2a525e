"""Exponential moving average of a generator's weights, with its half-life in thousands of images."""

import copy
import math
from typing import Any

import torch

from augury.generators.network import GeneratorNetwork


class Average:
    """Keeps the averaged copy of `network`: its weights, and its floating-point buffers, such as batch-norm statistics.

    Buffers that are running means already (`network.running_means`) are taken as they are.

    half_life_kimg: images over which the weight of the past halves; 0 keeps the plain weights.
    ramp_up: the half-life is at most this fraction of the images seen, so that a short run is not dominated by its
    beginning (Karras et al. 2020, arXiv:2006.06676, appendix B: EMA ramp-up of 0.05).
    """

    def __init__(self, network: GeneratorNetwork, half_life_kimg: float, ramp_up: float) -> None:
        self.network = copy.deepcopy(network).requires_grad_(False)
        self.half_life_kimg, self.ramp_up = half_life_kimg, ramp_up
        self._copied = getattr(network, "running_means", ())

    @torch.no_grad()
    def update(self, network: GeneratorNetwork, images_seen: int, batch: int) -> None:
        """Move towards `network` after a step on `batch` images."""
        half_life = min(self.half_life_kimg * 1000, self.ramp_up * images_seen)
        keep = 0.5 ** (batch / half_life) if half_life > 0 else 0.0
        mine, theirs = self.network.state_dict(), network.state_dict()
        floating = [name for name, value in mine.items() if value.is_floating_point() and name not in self._copied]
        torch._foreach_lerp_([mine[name] for name in floating], [theirs[name] for name in floating], 1.0 - keep)
        for name in mine.keys() - set(floating):
            mine[name].copy_(theirs[name])


def averaged(network: GeneratorNetwork, settings: Any, started: bool) -> Average:
    """The average of a network whose training begins, by the family's settings; started: from another generator.

    The weights that such a training starts from are an average already: no ramp keeps them out of it.
    """
    average = Average(network, settings.ema_half_life_kimg, math.inf if started else settings.ema_ramp_up)
    average.network.eval()
    return average
