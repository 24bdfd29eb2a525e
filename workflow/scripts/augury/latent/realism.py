"""A bound that keeps a search for variety from rubbish: images no less realistic than most of the generator's own.

The score of an image is the logit of the discriminator that the generator was trained against, or minus the distance to
the nearest training image in features. The bound is a quantile of the scores of images drawn at random; what falls
below it costs, in standard deviations of those scores. So a search may leave what the generator usually makes, but not
for what it makes worst.
"""

from collections.abc import Callable

import torch

from augury.generators.network import DiscriminatorNetwork

REFERENCE = 256  # random images behind the bound


class Bound:
    """score: images (n, C, H, W) uint8 and their features, or None, -> (n,) scores; larger is more realistic."""

    def __init__(self, score: Callable[[torch.Tensor, torch.Tensor | None], torch.Tensor], weight: float) -> None:
        self.score, self.weight = score, weight
        self.least, self.spread = 0.0, 1.0

    def set(self, scores: torch.Tensor, quantile: float) -> None:
        """Take the bound from the scores of random images."""
        scores = scores.double().cpu()
        self.least = float(scores.quantile(quantile))
        self.spread = float(scores.std()) or 1.0

    def penalty(self, scores: torch.Tensor) -> torch.Tensor:
        """(k,) of sets of scores (k, S): the mean shortfall, in standard deviations."""
        return ((self.least - scores.double()).clamp(min=0) / self.spread).mean(dim=1).cpu()


def judged_by(
    discriminator: DiscriminatorNetwork, label: int | None, device: torch.device
) -> Callable[[torch.Tensor, torch.Tensor | None], torch.Tensor]:
    """A score by the discriminator's logit."""
    network = discriminator.to(device).to(memory_format=torch.channels_last).eval().requires_grad_(False)
    network.judge_alone()  # what stands beside an image in a batch is chance

    @torch.no_grad()
    def score(images: torch.Tensor, _: torch.Tensor | None) -> torch.Tensor:
        labels = None if label is None else torch.full((len(images),), label, device=device)
        return network(images.float().div(127.5).sub(1), labels).float()

    return score


def near_to(real: torch.Tensor) -> Callable[[torch.Tensor, torch.Tensor | None], torch.Tensor]:
    """A score by the distance to the nearest of the training images, whose features (N, d) are given."""

    def score(_: torch.Tensor, features: torch.Tensor | None) -> torch.Tensor:
        if features is None:
            raise ValueError("the distance to training images needs features")
        return -torch.cdist(features.double(), real.double()).min(dim=1).values.float()

    return score
