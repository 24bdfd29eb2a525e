"""Diffusion (Karras et al. 2022, arXiv:2206.00364), as its settings and the planner know it."""

from typing import ClassVar, Literal

from pydantic import Field

from augury.citing.reference import Reference
from augury.citing.shared import NEURIPS
from augury.generators.diffusion.configuration import derived, parts_of
from augury.generators.diffusion.layout import layout_of
from augury.generators.family import DRAWN_SECONDS, GeneratorFamily, Guess, TrainedSettings
from augury.settings.base import (
    Bool,
    Decay,
    Float,
    Fraction,
    Int,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    Precision,
    Rate,
)

EDM = Reference(
    "karras2022edm", "Karras, Tero and Aittala, Miika and Aila, Timo and Laine, Samuli",
    "Elucidating the Design Space of Diffusion-Based Generative Models", 2022, NEURIPS, "35", arxiv="2206.00364",
    kind="inproceedings",
)  # fmt: skip
DPM_SOLVER = Reference(
    "lu2022dpmsolver",
    "Lu, Cheng and Zhou, Yuhao and Bao, Fan and Chen, Jianfei and Li, Chongxuan and Zhu, Jun",
    "DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models", 2022, arxiv="2211.01095",
)  # fmt: skip
GUIDANCE = Reference(
    "ho2022guidance", "Ho, Jonathan and Salimans, Tim", "Classifier-Free Diffusion Guidance", 2022,
    arxiv="2207.12598",
)  # fmt: skip


class DiffusionSettings(TrainedSettings):
    """Settings of a diffusion model; those without a default follow from `size` and the side of the images."""

    recorded: ClassVar[tuple[str, ...]] = ("loss_denoising", "loss_validation")

    family: Literal["diffusion"] = "diffusion"
    size: Literal["laptop", "gpu"] = "laptop"
    """How large the network is where its keys are left open - for two cores, or for a GPU."""
    size_px: Int = Field(32, ge=16, le=1024)
    """Side of the images; the network halves it at every level."""
    class_conditional: Bool = True
    """Class-conditional: one model for all classes that is given the class and, with a `taxonomy`, the taxa above
    it; what classes share is learned from all of their images. Else one per class."""
    batch: Int | None = Field(None, ge=2)
    """Batch size - images per step (laptop: 32; gpu: 128, above 64 px 64)."""
    micro_batch: PositiveInt | None = None
    """Micro-batch - images whose gradients are computed at a time; a step adds up those of its batch, so that memory
    holds fewer (laptop: the batch; gpu: what takes about 11 GB, 64 at 64 px, 32 at 128 px, 8 at 256 px)."""
    model_channels: Int | None = Field(None, ge=8, multiple_of=4)
    """U-Net - feature maps of its first level (laptop: 32, from 64 px 16, from 128 px 8; gpu: 128, above 64 px 64)."""
    channel_mult: list[PositiveInt] | None = Field(None, min_length=1, max_length=8)
    """U-Net - feature maps of each level over those of the first (auto: levels down to 8 to 15 px, doubling up to 64
    maps; gpu: 256)."""
    num_blocks: PositiveInt | None = None
    """U-Net - residual blocks per level (laptop: 1; gpu: 2)."""
    attention_px: NonNegativeInt | None = None
    """U-Net - self-attention at levels of at most this side, beside the lowest one's (laptop: 15; gpu: 16)."""
    dropout: Decay | None = None
    """Dropout within residual blocks (laptop: 0; gpu: 0.1)."""
    p_mean: Float = -1.2
    """P_mean - mean of the logarithm of the noise levels that a training meets."""
    p_std: PositiveFloat = 1.2
    """P_std - its standard deviation."""
    sigma_data: PositiveFloat = 0.5
    """sigma_data - standard deviation of the images' values, which lie in -1 to 1."""
    augment: Fraction = 0.5
    """Non-leaking augmentation - probability of each of flip, quarter turn and shift (up to an eighth of the side); the
    network gets them as labels, and draws without."""
    label_dropout: Decay = 0.0
    """Probability that the class is left out in training, for `guidance`; 0.1 is usual."""
    learning_rate: Rate = 0.001
    """Learning rate of Adam."""
    warmup_steps: NonNegativeInt = 200
    """Steps in which the learning rate grows to that."""
    beta1: Decay = 0.9
    """Adam beta1."""
    beta2: Decay = 0.999
    """Adam beta2."""
    clip_norm: PositiveFloat | None = 1.0
    """Gradient clipping - largest norm of a step's gradient."""
    ema_half_life_kimg: NonNegativeFloat | None = None
    """EMA half-life of the weights, in thousands of images (laptop: 20; gpu: 100); 0 for the plain weights."""
    ema_ramp_up: NonNegativeFloat = 0.05
    """EMA ramp-up - the half-life is at most this fraction of the images seen so far."""
    patience: PositiveInt | None = None
    """Early stopping - end after so many looks (one every twentieth of the training) without a lower denoising loss of
    the split's validation part, and keep the weights of the lowest; without it, the loss is looked at and recorded."""
    solver: Literal["auto", "dpmpp_2m", "heun"] = "auto"
    """Sampler - DPM-Solver++ (2M), one pass of the network for each step, or Heun's method, two passes, which can add
    noise on the way; auto takes the latter where `s_churn` asks for it."""
    steps: PositiveInt | None = None
    """Sampler - number of steps (24 up to 64 px, 32 up to 128, else 40)."""
    sigma_min: PositiveFloat = 0.002
    """Sampler - lowest noise level before 0."""
    sigma_max: PositiveFloat = 80.0
    """Sampler - noise level that it begins with."""
    rho: PositiveFloat = 7.0
    """Sampler - how much shorter the steps are where there is little noise."""
    s_churn: NonNegativeFloat = 0.0
    """Sampler - S_churn: noise that is added on the way; 0 makes an image a function of its latent vector alone."""
    s_min: NonNegativeFloat = 0.05
    """Sampler - S_min: noise is added from this level."""
    s_max: PositiveFloat = 50.0
    """Sampler - S_max: to this level."""
    s_noise: PositiveFloat = 1.003
    """Sampler - S_noise: standard deviation of the noise that is added."""
    guidance: NonNegativeFloat = 1.0
    """Classifier-free guidance - weight of the class; above 1 images are more typical of it and vary less, and take
    twice the time."""
    sampler_precision: Precision = "auto"
    """Sampler - precision of the network's passes; auto takes bf16 where the machine is faster with it."""

    @property
    def images_per_step(self) -> int:
        """The batch, where it is derived too."""
        return self.batch or derived(self)["batch"]

    @property
    def multistep(self) -> bool:
        """Whether the sampler is the one that remembers the pass before."""
        return self.solver == "dpmpp_2m" or (self.solver == "auto" and not self.s_churn)

    def cited(self) -> tuple[Reference, ...]:
        used = {EDM: True, DPM_SOLVER: self.multistep, GUIDANCE: self.guidance != 1}
        return (*(reference for reference, is_used in used.items() if is_used), *super().cited())


class Resolved(DiffusionSettings):
    """With those filled that follow from `size` and the side."""

    batch: Int
    micro_batch: PositiveInt
    model_channels: Int
    channel_mult: list[PositiveInt]
    num_blocks: PositiveInt
    attention_px: NonNegativeInt
    dropout: Decay
    ema_half_life_kimg: NonNegativeFloat
    steps: PositiveInt


def problems(settings: DiffusionSettings) -> list[tuple[str, str]]:
    """What is wrong with the settings beyond types: pairs of a key and a sentence."""
    mistakes, size = [], settings.size_px
    levels = len(settings.channel_mult or derived(settings)["channel_mult"])
    if size % 2 ** (levels - 1):
        odd = f"{size} px cannot be halved {levels - 1} times; give at most {_halvings(size) + 1} numbers"
        mistakes.append(("channel_mult", f"{odd}, or another `size_px`"))
    if settings.guidance != 1 and not settings.label_dropout:
        mistakes.append(("guidance", "it needs a network that knows images of no class too; set `label_dropout: 0.1`"))
    if settings.s_churn and settings.multistep:
        mistakes.append(("s_churn", "noise is added by Heun's method alone; set `solver: heun`, or leave it to `auto`"))
    if settings.sigma_min >= settings.sigma_max:
        mistakes.append(("sigma_min", "it must be below `sigma_max`"))
    return mistakes


def _halvings(size_px: int) -> int:
    return (size_px & -size_px).bit_length() - 1


# Multiply-adds in a second, in thousands of millions: measured on a core with bf16, and a guess for a modest GPU.
_SPEED = {"laptop": 40.0, "gpu": 2000.0}
_TRAINED_PASSES = 3  # a training step's passes: forward and twice as much back


def _guess(settings: DiffusionSettings) -> Guess:
    given = Resolved.model_validate(settings.model_dump() | derived(settings))
    maps = [given.model_channels * factor for factor in given.channel_mult]
    layout = layout_of(given.size_px, maps, given.num_blocks, given.attention_px)
    pass_seconds = layout.multiply_adds(1 if given.channels == "grey" else 3) / 1e9 / _SPEED[given.size]
    passes = (given.steps if given.multistep else 2 * given.steps - 1) * (1 if given.guidance == 1 else 2)
    batch_mb = min(given.batch, given.micro_batch) * layout.held * (4 if given.precision == "fp32" else 2) / 1e6
    return Guess(1000 * _TRAINED_PASSES * pass_seconds, DRAWN_SECONDS + passes * pass_seconds, batch_mb)


def divided(settings: DiffusionSettings, processes: int) -> list[tuple[str, str]]:
    """Why so many processes cannot share a batch, which they can."""
    given = Resolved.model_validate(settings.model_dump() | derived(settings))
    parts = parts_of(given.batch, given.micro_batch)
    if given.dropout and parts != processes * parts_of(given.batch // processes, given.micro_batch):
        # What dropout draws is drawn for each part.
        fitting = given.batch // processes
        return [("micro_batch", f"for {processes} GPUs with `dropout`, set it to {fitting} or a divisor of that")]
    return []


FAMILY = GeneratorFamily(
    DiffusionSettings,
    resolved=Resolved,
    called="a diffusion model (EDM)",
    prose="A diffusion model (EDM): one network for all classes, for as few images as there are; slower to draw.",
    guessed=_guess,
    drawing=(
        *("solver", "steps", "sigma_min", "sigma_max", "rho", "s_churn", "s_min", "s_max", "s_noise"),
        *("guidance", "sampler_precision"),
    ),
    knows_taxa=True,
    begins_untold=True,
    removes_noise=True,
    problems=problems,
    divided=divided,
    networks=(("generator", "networks"),),
)
