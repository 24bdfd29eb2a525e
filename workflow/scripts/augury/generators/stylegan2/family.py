"""StyleGAN2 (Karras et al. 2020, arXiv:1912.04958), as its settings and the planner know it."""

from typing import Literal

from pydantic import Field

from augury.generators import snapshots
from augury.generators.family import AdversarialSettings, CompleteSettings, GeneratorFamily
from augury.generators.stylegan2.configuration import derived
from augury.settings.base import Decay, Fraction, Int, NonNegativeFloat, PositiveFloat, PositiveInt, Rate


class StyleGAN2Settings(AdversarialSettings):
    """Settings of a StyleGAN2; those without a default follow from `cfg`, size and batch."""

    family: Literal["stylegan2"] = "stylegan2"
    cfg: Literal["auto", "stylegan2"] = "auto"
    """auto derives what is left empty from size and batch, as the public StyleGAN2-ADA does; stylegan2 takes the
    published configuration F."""
    size_px: Int = Field(64, ge=16, le=1024)
    """Side of the images; a power of two."""
    latent_dim: PositiveInt = 512
    style_dim: PositiveInt = 512
    """Numbers in a style."""
    mapping_layers: PositiveInt | None = None
    """Layers from the latent vector to the style (auto: 2; stylegan2: 8)."""
    channel_base: Int | None = Field(None, ge=16)
    """Feature maps at a resolution are this number over the resolution (auto: 16384 below 512 px, 32768 from
    there); 1024 suits a CPU at 32 px."""
    channel_max: PositiveInt = 512
    """Feature maps at most."""
    generator_architecture: Literal["skip", "residual"] = "skip"
    """The image is the sum of images of all resolutions, or leaves residual blocks."""
    discriminator_architecture: Literal["residual", "skip"] = "residual"
    """Residual blocks, or blocks that each see the image at their resolution."""
    deviation_group: PositiveInt | None = None
    """Images in a group whose deviation the discriminator is told (4, or the batch where that is smaller); 1
    tells none."""
    duration: PositiveFloat = 2000.0
    """Length of the training; the public configuration's own is 25000 kimg, and small sets are often best long
    before."""
    batch: Int | None = Field(None, ge=2)
    """Images a step (auto: 4096 over the size, at most 32)."""
    learning_rate: Rate | None = None
    """Adam's learning rate, of both networks (auto: 0.0025, from 1024 px 0.002)."""
    beta1: Decay = 0.0
    """Adam's first decay."""
    beta2: Decay = 0.99
    """Adam's second decay."""
    r1_weight: NonNegativeFloat | None = None
    """Weight of the R1 penalty (auto: 0.0002 size^2 / batch; stylegan2: 10); 0 leaves it out."""
    r1_interval: PositiveInt = 16
    """Steps from one R1 penalty to the next."""
    path_weight: NonNegativeFloat = 2.0
    """Weight of path length regularisation; 0 leaves it out."""
    path_interval: PositiveInt = 4
    """Steps from one of its penalties to the next."""
    path_batch_shrink: PositiveInt = 2
    """Its batch is the batch over this number."""
    style_mixing: Fraction = 0.9
    """Probability that an image takes its styles from two latent vectors, in training."""
    ema_half_life_kimg: NonNegativeFloat | None = None
    """Half-life of the average of the generator's weights, in thousands of images (auto: batch 10 / 32)."""
    ema_ramp_up: NonNegativeFloat | None = None
    """The half-life is at most this fraction of the images seen so far (auto: 0.05)."""


class Resolved(StyleGAN2Settings, CompleteSettings):
    """With those filled that follow from `cfg`, size and batch."""

    batch: Int
    mapping_layers: PositiveInt
    channel_base: Int
    deviation_group: PositiveInt
    learning_rate: Rate
    r1_weight: NonNegativeFloat
    ema_half_life_kimg: NonNegativeFloat
    ema_ramp_up: NonNegativeFloat


def problems(settings: StyleGAN2Settings) -> list[tuple[str, str]]:
    """What is wrong with the settings beyond types: pairs of a key and a sentence."""
    found, size = [], settings.size_px
    if size & (size - 1):
        below = 1 << (size.bit_length() - 1)
        found.append(("size_px", f"{size} is no power of two; the nearest are {below} and {min(2 * below, 1024)}"))
    if derived(settings).get("batch", 2) < 2:
        found.append(("batch", "it comes to 1 image a step at this size; set it to 2 or more"))
    return found + snapshots.problems(settings)


FAMILY = GeneratorFamily(
    StyleGAN2Settings,
    resolved=Resolved,
    prose="StyleGAN2, with ADA and LeCam where asked for: sharper images, and far more time.",
    kimg_seconds=12.0,
    problems=problems,
    networks=(("generator", "networks"), ("discriminator", "discriminator")),
)
