"""What the two players of an adversarial training minimise: the non-saturating loss, or the relativistic one.

A judge is what a discriminator says of images, whatever they meet before it sees them: (N, C, S, S) -> logits (N,).
"""

import dataclasses
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

import torch

from augury.generators import losses
from augury.generators.penalties import r1_penalty

Judge = Callable[[torch.Tensor], torch.Tensor]
Autocast = Callable[[], AbstractContextManager]


@dataclasses.dataclass(frozen=True)
class Judged:
    """The discriminator's loss, its weighted penalty, and its logits (N,) of real and of generated images.

    bce: the loss at the scale of one cross-entropy, ln 2 at the equilibrium. sure_of_real, sure_of_fake: (N,), whose
    signs say what is called real; the logits themselves, or differences of them. penalties: each by its name.
    """

    loss: torch.Tensor
    penalty: torch.Tensor | float
    bce: torch.Tensor
    logits_real: torch.Tensor
    logits_fake: torch.Tensor
    sure_of_real: torch.Tensor
    sure_of_fake: torch.Tensor
    penalties: dict[str, torch.Tensor] = dataclasses.field(default_factory=dict)


class Objective(Protocol):
    """Losses of both players on a batch of real and of generated images (N, C, S, S)."""

    def discriminator(self, judge: Judge, real: torch.Tensor, fake: torch.Tensor) -> Judged: ...

    def generator(self, judge: Judge, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor: ...


@dataclasses.dataclass(frozen=True)
class NonSaturating:
    """Goodfellow et al. 2014, section 3, with soft labels as targets of the discriminator."""

    autocast: Autocast
    real_label: float = 1.0
    fake_label: float = 0.0

    def discriminator(self, judge: Judge, real: torch.Tensor, fake: torch.Tensor) -> Judged:
        with self.autocast():
            on_real, on_fake = judge(real).float(), judge(fake.detach()).float()
        terms = losses.bce_terms(on_real, on_fake, self.real_label, self.fake_label)
        loss = terms[0] + terms[1]
        return Judged(loss, 0.0, loss / 2, on_real, on_fake, on_real, on_fake)

    def generator(self, judge: Judge, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
        with self.autocast():
            return losses.non_saturating(judge(fake).float())


@dataclasses.dataclass(frozen=True)
class Relativistic:
    """Each real image against a generated one, and gradient penalties on both (Huang et al. 2024, arXiv:2501.05441).

    The discriminator minimises E softplus(D(G(z)) - D(x)) + gamma / 2 (E |grad D(x)|^2 + E |grad D(G(z))|^2), the
    generator E softplus(D(x) - D(G(z))) (section 3). The penalties are due at every step, and in fp32.
    """

    autocast: Autocast
    gamma: float

    def discriminator(self, judge: Judge, real: torch.Tensor, fake: torch.Tensor) -> Judged:
        real, fake = (_leaf(images) for images in (real, fake))
        on_real, on_fake = judge(real), judge(fake)
        r1, r2 = r1_penalty(on_real, real), r1_penalty(on_fake, fake)
        bce = losses.relativistic(on_real, on_fake)
        sure, penalties = on_real - on_fake, {"r1": r1, "r2": r2}
        return Judged(bce, self.gamma * (r1 + r2), bce, on_real, on_fake, sure, -sure, penalties)

    def generator(self, judge: Judge, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
        with self.autocast():
            on_fake, on_real = judge(fake).float(), judge(real).float()
        return losses.relativistic(on_fake, on_real)


def _leaf(images: torch.Tensor) -> torch.Tensor:
    # A generator under autocast draws in bf16; gradients of gradients are taken in fp32.
    return images.detach().to(torch.promote_types(images.dtype, torch.float32)).requires_grad_(True)
