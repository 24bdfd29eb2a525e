"""StyleGAN2 (Karras et al. 2020, arXiv:1912.04958), as its settings and the planner know it."""

from typing import ClassVar, Literal

from pydantic import Field

from augury.citing.reference import Reference
from augury.citing.shared import CVPR
from augury.generators.family import AdversarialSettings, CompleteSettings, GeneratorFamily
from augury.generators.stylegan2.configuration import derived, group_of
from augury.settings.base import Decay, Fraction, Int, NonNegativeFloat, PositiveFloat, PositiveInt, Rate
from augury.settings.generation import LossSettings

STYLEGAN2 = Reference(
    "karras2020stylegan2",
    "Karras, Tero and Laine, Samuli and Aittala, Miika and Hellsten, Janne and Lehtinen, Jaakko and Aila, Timo",
    "Analyzing and Improving the Image Quality of StyleGAN", 2020, CVPR, arxiv="1912.04958", kind="inproceedings",
)  # fmt: skip


class StyleGAN2Settings(LossSettings, AdversarialSettings):
    """Settings of a StyleGAN2; those without a default follow from `cfg`, size and batch."""

    renamed: ClassVar[dict[str, str]] = AdversarialSettings.renamed | {
        "r1_weight": "r1_gamma",
        "path_weight": "pl_weight",
        "path_interval": "pl_interval",
        "path_batch_shrink": "pl_batch_shrink",
        "deviation_group": "mbstd_group_size",
    }

    family: Literal["stylegan2"] = "stylegan2"
    cfg: Literal["auto", "stylegan2"] = "auto"
    """Configuration - auto derives what is left empty from size and batch, as the public StyleGAN2-ADA does; stylegan2
    takes the published configuration F."""
    size_px: Int = Field(64, ge=16, le=1024)
    """Image size - side of the images; a power of two."""
    latent_dim: PositiveInt = 512
    style_dim: PositiveInt = 512
    """Style dimension - numbers in a vector w."""
    mapping_layers: PositiveInt | None = None
    """Mapping network - layers from z to w (auto: 2; stylegan2: 8)."""
    channel_base: Int | None = Field(None, ge=16)
    """Width (channel base) - feature maps at a resolution are this number over the resolution (auto: 16384 below 512
    px, 32768 from there); 1024 suits a CPU at 32 px."""
    channel_max: PositiveInt = 512
    """Maximum width (channel max) - feature maps of a layer at most."""
    generator_architecture: Literal["skip", "residual"] = "skip"
    """Generator architecture - the image is the sum of images of all resolutions, or leaves residual blocks."""
    discriminator_architecture: Literal["residual", "skip"] = "residual"
    """Discriminator architecture - residual blocks, or blocks that each see the image at their resolution."""
    mbstd_group_size: PositiveInt | None = None
    """Minibatch standard deviation - images in a group, whose standard deviation the discriminator sees (4, or the
    batch where that is smaller); 1 leaves the layer out."""
    duration: PositiveFloat = 2000.0
    """Duration - length of the training; the public configuration's own is 25000 kimg, and small sets are often best
    long before."""
    batch: Int | None = Field(None, ge=2)
    """Batch size - images per step (auto: 4096 over the size, at most 32)."""
    learning_rate: Rate | None = None
    """Learning rate of Adam, of both networks (auto: 0.0025, from 1024 px 0.002)."""
    beta1: Decay = 0.0
    """Adam beta1."""
    beta2: Decay = 0.99
    """Adam beta2."""
    r1_gamma: NonNegativeFloat | None = None
    """R1 gamma - weight of the gradient penalty on real images (auto: 0.0002 size^2 / batch; stylegan2: 10); 0 leaves
    it out."""
    r1_interval: PositiveInt = 16
    """Lazy R1 regularisation - steps from one penalty to the next; with a relativistic loss every step has both."""
    pl_weight: NonNegativeFloat = 2.0
    """Path length regularisation - its weight; 0 leaves it out."""
    pl_interval: PositiveInt = 4
    """Lazy path length regularisation - steps from one penalty to the next."""
    pl_batch_shrink: PositiveInt = 2
    """Batch of path length regularisation - the batch over this number."""
    style_mixing: Fraction = 0.9
    """Style mixing - probability that an image takes its styles from two latent vectors, in training."""
    ema_half_life_kimg: NonNegativeFloat | None = None
    """EMA half-life of the generator's weights, in thousands of images (auto: batch 10 / 32)."""
    ema_ramp_up: NonNegativeFloat | None = None
    """EMA ramp-up - the half-life is at most this fraction of the images seen so far (auto: 0.05)."""

    @property
    def images_per_step(self) -> int:
        return self.batch or int(derived(self)["batch"])

    def cited(self) -> tuple[Reference, ...]:
        return (STYLEGAN2, *super().cited())


class Resolved(StyleGAN2Settings, CompleteSettings):
    """With those filled that follow from `cfg`, size and batch."""

    batch: Int
    mapping_layers: PositiveInt
    channel_base: Int
    mbstd_group_size: PositiveInt
    learning_rate: Rate
    r1_gamma: NonNegativeFloat
    ema_half_life_kimg: NonNegativeFloat
    ema_ramp_up: NonNegativeFloat


def problems(settings: StyleGAN2Settings) -> list[tuple[str, str]]:
    """What is wrong with the settings beyond types: pairs of a key and a sentence."""
    mistakes, size = [], settings.size_px
    if size & (size - 1):
        below = 1 << (size.bit_length() - 1)
        mistakes.append(("size_px", f"{size} is no power of two; the nearest are {below} and {min(2 * below, 1024)}"))
    if derived(settings).get("batch", 2) < 2:
        mistakes.append(("batch", "it comes to 1 image per step at this size; set it to 2 or more"))
    return mistakes


def penalised(settings: StyleGAN2Settings) -> int:
    """Images of a batch of path length regularisation."""
    return max(1, settings.images_per_step // settings.pl_batch_shrink)


def divided(settings: StyleGAN2Settings, processes: int) -> list[tuple[str, str]]:
    """Why so many processes cannot share a batch, which they can."""
    batch, mistakes = settings.images_per_step, []
    group = group_of(settings.mbstd_group_size or derived(settings)["mbstd_group_size"], batch)
    if batch // group % processes:
        mistakes.append(
            (
                "gpus",
                f"{processes} GPUs cannot share the {batch // group} groups of the minibatch standard deviation (batch "
                f"{batch}, groups of {group}) evenly; change `batch` or `mbstd_group_size`",
            )
        )
    if settings.pl_weight and penalised(settings) % processes:
        mistakes.append(
            (
                "gpus",
                f"{processes} GPUs cannot share the {penalised(settings)} images of path length regularisation evenly; "
                "change `batch` or `pl_batch_shrink`",
            )
        )
    return mistakes


FAMILY = GeneratorFamily(
    StyleGAN2Settings,
    resolved=Resolved,
    called="a StyleGAN2",
    prose="StyleGAN2, with ADA and LeCam where asked for: sharper images, and far more time.",
    kimg_seconds=12.0,
    has_styles=True,
    public_name="G_ema.synthesis.b4.const",
    problems=problems,
    divided=divided,
    networks=(("generator", "networks"), ("discriminator", "discriminator")),
)
