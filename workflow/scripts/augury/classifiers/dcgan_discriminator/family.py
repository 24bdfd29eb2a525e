"""DCGAN discriminator with one logit per class; from scratch, by default trained as in its study."""

from typing import Literal

from pydantic import Field

from augury.citing.reference import Reference
from augury.classifiers.family import ClassifierFamily, TrainedSettings
from augury.generators.dcgan.family import DCGAN, size_problems
from augury.settings.base import Decay, Int, NonNegativeFloat, PositiveInt, Rate


class DCGANDiscriminatorSettings(TrainedSettings):
    family: Literal["dcgan_discriminator"] = "dcgan_discriminator"
    size_px: Int = Field(64, ge=16, le=256)
    """Image size - side of the square images that the network sees; a base of 4 to 33 times a power of two."""
    width: PositiveInt = 64
    """Width - feature maps of the first layer; they double with every halving of the image."""
    max_width: PositiveInt = 512
    """Maximum width - feature maps of a layer at most."""
    dropout: Decay = 0.0
    epochs: PositiveInt = 250
    optimiser: Literal["adamw", "adam"] = "adam"
    learning_rate: Rate = 0.0002
    beta1: Decay = 0.5
    weight_decay: NonNegativeFloat = 0.0
    schedule: Literal["constant", "cosine", "step"] = "constant"
    loss: Literal["cross_entropy", "one_hot_bce"] = "one_hot_bce"
    label_smoothing: Decay = 0.0
    class_weights: Literal["none", "sqrt_inverse", "inverse", "effective_number"] = "none"

    def cited(self) -> tuple[Reference, ...]:
        return (DCGAN, *super().cited())


FAMILY = ClassifierFamily(
    DCGANDiscriminatorSettings,
    called="a DCGAN discriminator with one logit per class",
    prose="DCGAN discriminator with one logit per class; from scratch, by default trained as in its study.",
    problems=size_problems,
)
