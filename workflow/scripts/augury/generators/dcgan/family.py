"""DCGAN (Radford, Metz and Chintala 2015, arXiv:1511.06434), as its settings and the planner know it."""

from typing import Any, Literal

from pydantic import Field

from augury.citing.reference import Reference
from augury.citing.shared import ICLR
from augury.command.errors import UserError
from augury.generators.dcgan.sizes import base_and_doublings
from augury.generators.family import CompleteSettings, GeneratorFamily
from augury.settings.base import (
    Float,
    Fraction,
    Int,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    Rate,
)
from augury.settings.generation import LossSettings

DCGAN = Reference(
    "radford2016dcgan", "Radford, Alec and Metz, Luke and Chintala, Soumith",
    "Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks", 2016, ICLR,
    arxiv="1511.06434", kind="inproceedings",
)  # fmt: skip


class DCGANSettings(LossSettings, CompleteSettings):
    """Settings of a DCGAN."""

    family: Literal["dcgan"] = "dcgan"
    size_px: Int = Field(64, ge=16, le=256)
    """Image size - side of the images; a base of 4 to 33 times a power of two."""
    width: PositiveInt = 64
    """Width - feature maps of the discriminator's first layer; they double with every halving of the image."""
    max_width: PositiveInt = 512
    """Maximum width - feature maps of a layer at most."""
    extra_convolutions: NonNegativeInt = 0
    """Extra layers - convolutions of kernel 3 before the generator's last layer."""
    duration_unit: Literal["epochs", "kimg"] = "kimg"
    """Unit of duration, snapshots and learning_rate_step - passes over the images, or thousands of images."""
    learning_rate_step: PositiveFloat | None = None
    """Learning rate decay - after how long the rate is multiplied by learning_rate_gamma; null keeps it constant."""
    learning_rate_gamma: Rate = 0.5
    """Learning rate decay factor."""
    real_label: Fraction = 1.0
    """Label smoothing - the discriminator's target for real images."""
    fake_label: Fraction = 0.0
    """Label smoothing - the discriminator's target for generated images."""
    r1_gamma: NonNegativeFloat = 1.0
    """R1 gamma - with a relativistic loss, weight of the gradient penalties on real and on generated images."""
    equilibrium_bound: Float | None = Field(None, gt=0, le=0.5)
    """Early stopping - stop when the mean D(G(z)) stays within this distance of 0.5; null never stops early."""
    equilibrium_ticks: PositiveInt = 5
    """Early stopping patience - for how many ticks (hundredths of the training) in a row."""
    ema_ramp_up: Fraction = 0.05
    """EMA ramp-up - the half-life is at most this fraction of the images seen so far."""

    def cited(self) -> tuple[Reference, ...]:
        return (DCGAN, *super().cited())


def size_problems(settings: Any) -> list[tuple[str, str]]:
    """The key and a sentence where settings with a `size_px` have one that no DCGAN has."""
    try:
        base_and_doublings(settings.size_px)
    except UserError as error:
        return [("size_px", str(error))]
    return []


FAMILY = GeneratorFamily(
    DCGANSettings,
    called="a deep convolutional generative adversarial network (DCGAN)",
    prose="DCGAN: small and quick, of any size that is a small base times a power of two.",
    kimg_seconds=4.0,
    problems=size_problems,
    networks=(("generator", "networks"), ("discriminator", "networks")),
)
