"""Mixup and CutMix: pairs of a batch's images are blended, or a rectangle of one is pasted into the other.

Zhang et al. 2018 (arXiv:1710.09412) and Yun et al. 2019 (arXiv:1905.04899), through timm's Mixup: one fraction and one
rectangle a batch, an image's partner is the one at the same place from the end, targets are mixed as the pixels are.
"""

import numpy as np
import torch
from torch.nn import functional as F

from augury.classifiers.family import TrainedSettings
from augury.training.randomness import mix_seed


class Mixing:
    """settings: `mixup` and `cutmix` (alpha of their Beta distributions; 0 leaves one out) and `mix_probability`."""

    def __init__(self, settings: TrainedSettings, classes: int) -> None:
        self.classes, self.mix = classes, None
        if settings.mixup or settings.cutmix:
            from timm.data import Mixup  # late: only runs that mix need it

            alphas = {"mixup_alpha": settings.mixup, "cutmix_alpha": settings.cutmix}
            self.mix = Mixup(**alphas, prob=settings.mix_probability, label_smoothing=0.0, num_classes=classes)

    def __call__(
        self, images: torch.Tensor, labels: torch.Tensor, *seed: int | str
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Images (N, C, S, S), changed in place, and targets (N, K); without mixing, what was given.

        labels: (N,) int64, or targets (N, K), whose rows may have any sum.
        What is drawn depends on `seed` alone. Of an odd number of images the last one stays as it is.
        """
        if self.mix is None:
            return images, labels
        even = len(images) - len(images) % 2
        self.mix.multi_label = labels.ndim == 2
        targets = labels.clone() if labels.ndim == 2 else F.one_hot(labels, self.classes).to(images.dtype)
        state = np.random.get_state()  # noqa: NPY002 (timm draws from numpy's global generator)
        try:
            np.random.seed(mix_seed(*seed) % 2**32)  # noqa: NPY002
            mixed, targets[:even] = self.mix(images[:even], labels[:even])
        finally:
            np.random.set_state(state)  # noqa: NPY002
        return torch.cat([mixed, images[even:]]), targets
