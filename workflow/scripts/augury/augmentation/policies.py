"""Augmentation of classifiers on the fly: classical, or by a published policy that draws operations for each image.

Policies are torchvision's own: TrivialAugment (Mueller and Hutter 2021, arXiv:2103.10158), RandAugment (Cubuk et al.
2020, arXiv:1909.13719) and AugMix (Hendrycks et al. 2020, arXiv:1912.02781; its images, without the consistency loss).
What they uncover takes the mean colour of the image's edge: black corners would be a mark of augmentation.
"""

from collections.abc import Callable

import torch

from augury.augmentation.classical import Classical
from augury.settings.augmentation import Augmentation, TrainingAugmentation

Augment = Callable[[torch.Tensor], torch.Tensor]

POLICIES = {"trivialaugment": "TrivialAugmentWide", "randaugment": "RandAugment", "augmix": "AugMix"}
_MOVES = ("flip_horizontal", "flip_vertical", "quarter_turns")  # they change no value, and precede a policy


def augmenting(settings: TrainingAugmentation) -> Augment:
    """What takes images (N, C, S, S) in [-1, 1] to augmented ones; all that it draws is from torch's generators."""
    if settings.policy == "none":
        return Classical(settings)
    moved = Classical(Augmentation(**{name: getattr(settings, name) for name in _MOVES}))
    return lambda images: by_policy(moved(images), settings.policy)


def by_policy(images: torch.Tensor, name: str) -> torch.Tensor:
    """Images (N, C, S, S) in [-1, 1] -> images of the same shape and range, on the 8-bit grid."""
    from torchvision.transforms import v2  # late: only runs with a policy need it

    pixels = images.mul(127.5).add(127.5).round().clamp(0, 255).to(torch.uint8)
    edges = torch.cat([pixels[:, :, 0], pixels[:, :, -1], pixels[:, :, :, 0], pixels[:, :, :, -1]], dim=2)
    fills = edges.float().mean(dim=2).tolist()
    policy = getattr(v2, POLICIES[name])
    made = [policy(fill=fill)(image) for image, fill in zip(pixels, fills, strict=True)]
    return torch.stack(made).to(images.dtype).div_(127.5).sub_(1.0)
