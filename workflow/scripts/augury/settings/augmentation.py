"""Settings of augmentation, which several families and the study share."""

from typing import ClassVar, Literal

from pydantic import Field

from augury.settings.base import Bool, Float, Fraction, PositiveFloat, PositiveInt, Settings


class Augmentation(Settings):
    """Classical augmentation; every image draws anew."""

    flip_horizontal: Bool = False
    """Mirror left and right with probability 1/2."""
    flip_vertical: Bool = False
    """Mirror top and bottom with probability 1/2."""
    quarter_turns: Bool = False
    """Turn by 0, 90, 180 or 270 degrees."""
    rotation_degrees: Float = Field(0.0, ge=0, le=180)
    """Turn by up to this angle."""
    scale: Fraction = 0.0
    """Enlarge or shrink by up to this fraction."""
    shift: Float = Field(0.0, ge=0, le=0.5)
    """Move by up to this fraction of the side."""
    brightness: Fraction = 0.0
    """Add up to this fraction of the range."""
    contrast: Fraction = 0.0
    """Multiply contrast by up to 1 +- this."""
    saturation: Fraction = 0.0
    """Multiply saturation by up to 1 +- this."""


class TrainingAugmentation(Augmentation):
    """That of classifiers on the fly, which may follow a policy instead."""

    policy: Literal["none", "trivialaugment", "randaugment", "augmix"] = "none"
    """Augmentation policy, of classifiers alone: torchvision's own with its defaults, after flips and quarter turns and
    in place of all else here."""


class Ada(Settings):
    """Adaptive discriminator augmentation (Karras et al. 2020, arXiv:2006.06676)."""

    renamed: ClassVar[dict[str, str]] = {"most": "p_max"}

    pipeline: Literal[
        "none", "blit", "geom", "colour", "filter", "noise", "cutout", "bg", "bgc", "bgcf", "bgcfn", "bgcfnc"
    ] = "none"
    """Which changes; bgc (moves, geometry, colour) is the published choice, none switches it off."""
    p: Fraction | None = None
    """Probability of each change, held fixed; without it, it is steered."""
    target: Float = Field(0.6, ge=-1, le=1)
    """What the discriminator's mean sign on real images is steered to."""
    interval: PositiveInt = 4
    """Steps from one change of p to the next."""
    kimg: PositiveFloat | None = None
    """Thousands of images in which p can go from 0 to 1 (500; 100 where the training starts from another generator)."""
    p_max: Fraction = 0.8
    """Upper bound of p; above 0.8 the generator begins to learn the changes."""
