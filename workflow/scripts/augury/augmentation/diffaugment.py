"""DiffAugment: the same kinds of random change for every image that a discriminator sees, real or generated.

Source: Zhao et al. 2020, Differentiable Augmentation for Data-Efficient GAN Training, arXiv:2006.10738, section 4.1 and
appendix; unlike ADA, every image is changed every time.
"""

from collections.abc import Sequence

import torch

from augury.augmentation.chance import anywhere, per_image, uniform
from augury.augmentation.corruption import cut_out
from augury.training.randomness import of_batch

LARGEST_SHIFT = 1 / 8  # of the side
POLICIES = ("colour", "translation", "cutout")


class DiffAugment:
    """The parts of a policy, in the order given; raises ValueError for a part that POLICIES does not name."""

    def __init__(self, policy: Sequence[str]) -> None:
        if unknown := [part for part in policy if part not in POLICIES]:
            raise ValueError(f"no part of DiffAugment is named '{unknown[0]}'; there are {', '.join(POLICIES)}")
        self.policy = tuple(policy)

    def __call__(self, images: torch.Tensor) -> torch.Tensor:
        """Images (N, C, S, S) in [-1, 1] -> the same shape, perhaps beyond that range; differentiable twice."""
        parts = {"colour": _colour, "translation": _translate, "cutout": _cut_out}
        for part in self.policy:
            images = parts[part](images)
        return images


def _colour(images: torch.Tensor) -> torch.Tensor:
    """Brightness +-0.5, saturation times 0 to 2 about a pixel's mean, contrast times 0.5 to 1.5 about an image's."""

    def drawn(low: float, high: float) -> torch.Tensor:
        return per_image(uniform(len(images), low, high, images.device), images)

    images = images + drawn(-0.5, 0.5)
    grey = images.mean(dim=1, keepdim=True)
    images = grey + (images - grey) * drawn(0.0, 2.0)
    mean = images.mean(dim=(1, 2, 3), keepdim=True)
    return mean + (images - mean) * drawn(0.5, 1.5)


def _translate(images: torch.Tensor) -> torch.Tensor:
    """Whole pixels, up to an eighth of the side each way, zeros behind."""
    count, side = len(images), images.shape[2]
    most = int(side * LARGEST_SHIFT + 0.5)
    pixels = torch.arange(side, device=images.device)

    def drawn(whole: int) -> torch.Tensor:
        return torch.randint(-most, most + 1, (whole, 1), device=images.device)

    for axis in (2, 3):
        source = pixels[None] - of_batch(drawn, count)
        outside = (source < 0) | (source >= side)
        shape = [count, 1, 1, 1]
        shape[axis] = side
        moved = images.gather(axis, source.clamp(0, side - 1).reshape(shape).expand(images.shape))
        images = moved.masked_fill(outside.reshape(shape), 0.0)
    return images


def _cut_out(images: torch.Tensor) -> torch.Tensor:
    """A square of half the side, its centre anywhere in the image."""
    across, down = anywhere(len(images), images.device)
    return cut_out(images, across, down)
