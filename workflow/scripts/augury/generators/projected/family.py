"""A projected GAN (Sauer et al. 2021, arXiv:2111.01007), as its settings and the planner know it."""

from typing import Literal

from pydantic import Field

from augury.citing.reference import Reference
from augury.citing.shared import ICLR, NEURIPS, of_architecture
from augury.generators.family import DRAWN_SECONDS, CompleteSettings, GeneratorFamily, Guess
from augury.settings.base import Decay, Int, NonNegativeFloat, PositiveInt, Unique

NETWORK = "tf_efficientnet_lite0"
LARGEST_PX = 512

PROJECTED = Reference(
    "sauer2021projected", "Sauer, Axel and Chitta, Kashyap and Müller, Jens and Geiger, Andreas",
    "Projected GANs Converge Faster", 2021, NEURIPS, "34", arxiv="2111.01007", kind="inproceedings",
)  # fmt: skip
FASTGAN = Reference(
    "liu2021fastgan", "Liu, Bingchen and Zhu, Yizhe and Song, Kunpeng and Elgammal, Ahmed",
    "Towards Faster and Stabilized GAN Training for High-fidelity Few-shot Image Synthesis", 2021, ICLR,
    arxiv="2101.04775", kind="inproceedings",
)  # fmt: skip


class ProjectedSettings(CompleteSettings):
    """Settings of a projected GAN."""

    family: Literal["projected"] = "projected"
    size_px: Int = Field(64, ge=16, le=LARGEST_PX)
    """Image size - side of the images, a power of two."""
    latent_dim: PositiveInt = 256
    """Latent dimension - numbers in a vector z."""
    width: Int = Field(32, ge=4)
    """Width - the generator has 16 times as many feature maps at 4 px, 2 times at 64 px, once at 128 px; its authors
    take 128."""
    features_px: Int = Field(224, ge=128, le=LARGEST_PX, multiple_of=32)
    """Side to which smaller images are enlarged before the frozen network looks at them; 128 takes about half of
    the time of 224, which is the published one."""
    diffaugment: Unique[Literal["colour", "translation", "cutout"]] = ["colour", "translation", "cutout"]
    """Differentiable augmentation - changes that every image meets before it is judged."""
    beta1: Decay = 0.0
    """Adam beta1."""
    beta2: Decay = 0.99
    """Adam beta2."""
    ema_half_life_kimg: NonNegativeFloat = 10.0
    """EMA half-life of the generator's weights, in thousands of images; 0 for the plain weights."""

    def cited(self) -> tuple[Reference, ...]:
        return (PROJECTED, FASTGAN, *of_architecture(NETWORK), *super().cited())


def problems(settings: ProjectedSettings) -> list[tuple[str, str]]:
    """What is wrong with the settings beyond types: pairs of a key and a sentence."""
    size = settings.size_px
    if size & (size - 1) == 0:
        return []
    below = 1 << (size.bit_length() - 1)
    nearest = " and ".join(map(str, sorted({below, min(2 * below, LARGEST_PX)})))
    return [("size_px", f"{size} is no power of two; the nearest are {nearest}")]


def _guess(settings: ProjectedSettings) -> Guess:
    """Of trainings at 32 and 64 px, with maps of images of 128 and 224 px, on a core with bf16."""
    drawn, seen = (settings.size_px / 64 * settings.width / 32) ** 2, max(settings.size_px, settings.features_px) ** 2
    times = 2 if settings.precision == "fp32" else 1
    kimg_seconds = times * (30 + 2.4e-3 * seen + 30 * drawn)
    return Guess(kimg_seconds, DRAWN_SECONDS + 0.01 * drawn, 300 + times * 1.4e-3 * seen * settings.batch)


FAMILY = GeneratorFamily(
    ProjectedSettings,
    called="a projected GAN with a FastGAN generator",
    prose="A projected GAN: a light generator, and discriminators that look through a frozen EfficientNet-Lite0.",
    guessed=_guess,
    looks_through=(NETWORK,),
    problems=problems,
    networks=(("generator", "networks"), ("discriminator", "discriminator")),
)
