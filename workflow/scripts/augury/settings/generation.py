"""Settings that several families of generators share."""

from typing import Any, Literal

from augury.settings.base import Decay, NonNegativeFloat, NonNegativeInt, Settings, Text


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


class FromPool(Settings):
    """Real images from elsewhere on which a generator is trained, for others to begin with."""

    pool: Text
    """Pool by its name in `pools`; all of its images that are new to the study, whatever their labels, as one kind."""


def trained_pool(settings: Any) -> str | None:
    """The pool that a generator of these settings is trained on, if it is trained on one."""
    trained_on = getattr(settings, "trained_on", None)
    return trained_on.pool if isinstance(trained_on, FromPool) else None


class LossSettings(Settings):
    """The loss of families that offer a choice (generators.objectives)."""

    loss: Literal["non_saturating", "relativistic"] = "non_saturating"
    """Adversarial loss - non_saturating, or relativistic with gradient penalties on real and on generated images at
    every step, as R3GAN has it."""
