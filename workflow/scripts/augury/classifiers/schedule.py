"""How an epoch is dealt into batches, and how learning rates change over a run."""

import dataclasses
import math

import torch

from augury.training.randomness import generator_of


@dataclasses.dataclass(frozen=True)
class BatchSampler:
    """Passes over `images` images in batches of at most `batch`, each pass in an order of its own.

    A pass is dealt into ceil(images / batch) batches whose sizes differ by one at most, so that every image is met once
    a pass and no batch is a small remainder. Where that would leave a batch of one image, which batch normalisation
    cannot take, there are fewer and larger batches.
    """

    images: int  # at least 2
    batch: int

    @property
    def steps_per_pass(self) -> int:
        return max(1, min(math.ceil(self.images / self.batch), self.images // 2))

    def indices(self, seed: int, step: int) -> torch.Tensor:
        """Indices of the images of step `step` (from 0), (n,) int64; they depend on the seed and the step alone."""
        turn, number = divmod(step, self.steps_per_pass)
        order = torch.randperm(self.images, generator=generator_of(seed, "pass", turn))
        return order.tensor_split(self.steps_per_pass)[number]


def rate_factor(schedule: str, step: int, steps: int) -> float:
    """What learning rates are multiplied with at step `step` (from 0) of `steps`.

    constant: 1; cosine: from 1 to 0 (Loshchilov and Hutter 2017, arXiv:1608.03983, equation 5, without restarts);
    step: 1, a tenth from half of the run on, and a hundredth from three quarters on.
    """
    if schedule == "cosine":
        return 0.5 * (1 + math.cos(math.pi * step / steps))
    if schedule == "step":
        return 1.0 if step < steps / 2 else 0.1 if step < 3 * steps / 4 else 0.01
    return 1.0


def class_weights(labels: torch.Tensor, classes: int, kind: str, beta: float = 0.999) -> torch.Tensor:
    """Weights of the loss per class, (K,): none, or inverse to the (root of the) number of training images of the
    class.

    effective_number: inverse to (1 - beta^n) / (1 - beta), the effective number of n images (Cui et al. 2019,
    arXiv:1901.05555, equations 2 and 3): 0 weighs all classes equally, towards 1 it becomes inverse.
    They are scaled so that the mean weight over the training images is 1.
    """
    counts = torch.bincount(labels.cpu(), minlength=classes).double()
    if kind == "effective_number":
        weights = (1 - beta) / (1 - beta**counts)
    else:
        power = {"none": 0.0, "sqrt_inverse": 0.5, "inverse": 1.0}[kind]
        weights = counts**-power
    return (weights * counts.sum() / (weights * counts).sum()).float()
