"""Settings that several families of generators share."""

from typing import Literal

from augury.settings.base import Decay, NonNegativeFloat, NonNegativeInt, Settings


class LeCam(Settings):
    """LeCam regularisation of the discriminator (Tseng et al. 2021, arXiv:2104.03310)."""

    weight: NonNegativeFloat = 0.0
    """Weight of the penalty; 1e-6 to 3e-7 suit StyleGAN2, 0 leaves it out."""
    form: Literal["official", "paper"] = "official"
    """With the hinge of its authors' code, or without, as printed."""
    decay: Decay = 0.99
    """Decay of its two anchors, a step."""
    start_step: NonNegativeInt = 0
    """Step from which on it pulls; its authors take 0 for StyleGAN2 and 1000 for BigGAN."""


class InitFrom(Settings):
    """Where the weights come from that a training begins with."""

    taxon: str | None = None
    """A class, or a taxon of the taxonomy (sideways); `above` starts from the taxon above, which starts from the
    one above it, down from the highest (downward)."""
    generator: str | None = None
    """The entry of `generators` that trains it; without it, this one."""
    file: str | None = None
    """A folder of a trained generator, instead; for StyleGAN2 also a .safetensors file of the public networks, by their
    names."""


class LossSettings(Settings):
    """The loss of families that offer a choice (generators.objectives)."""

    loss: Literal["non_saturating", "relativistic"] = "non_saturating"
    """Adversarial loss - non_saturating, or relativistic with gradient penalties on real and on generated images at
    every step, as R3GAN has it."""
