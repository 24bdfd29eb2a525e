"""What a family of generators declares: its settings, its checks, and what a plan needs to know of it."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field

from augury.citing import shared
from augury.citing.reference import Reference
from augury.settings.augmentation import Ada, Augmentation
from augury.settings.base import (
    Bool,
    Channels,
    Decay,
    Device,
    Int,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    Precision,
    Rate,
    Settings,
    Unique,
)
from augury.settings.generation import FromPool, InitFrom, LeCam

DRAWN_SECONDS = 0.05  # of an image that is drawn in one pass, and written or looked at
FEWEST = 2  # training images: batch normalisation needs two


def is_public(start: str | Path) -> bool:
    """Whether what a training begins with is a file of another project's networks, and no folder of ours."""
    return Path(start).suffix == ".safetensors"


class GeneratorSettings(Settings):
    """What every generator has."""

    family: str
    classes: Unique[str] | None = Field(None, min_length=1)
    """Classes to train it for, with `class_conditional: false`; without it, all. Taxa above are trained on all of their
    classes in any case."""
    size_px: Int = Field(64, ge=16, le=1024)
    """Side of the images."""
    channels: Literal["auto", "grey", "rgb"] = "rgb"
    """Colour of the images; auto is grey where all images that a training sees are, whatever their files, else rgb."""

    def class_folder(self, split: str, seed: str | int, class_: str) -> Path | None:
        """Where images of a class lie that another tool made; None for all other families."""
        return None

    def statement(self, name: str) -> str:
        """What the verdict repeats of what the generator of that name was trained on; empty where a study knows."""
        return ""

    def cited(self) -> tuple[Reference, ...]:
        """The publications of what these settings do."""
        return ()


class PooledSettings(GeneratorSettings):
    """What every generator has whose images are real ones from elsewhere."""

    pool: str | None = None
    """Pool that the images are taken from (needed), by its name in `pools`."""
    channels: Channels = "rgb"
    """Colour of the images."""
    size_px: Int = Field(224, ge=16, le=1024)
    """Image size - side to which the images are fitted, as the study's own are."""


class FittedSettings(GeneratorSettings):
    """What every generator has that learns from training images, also one that is computed at once."""

    renamed: ClassVar[dict[str, str]] = {"scope": "class_conditional"}
    recorded: ClassVar[tuple[str, ...]] = ()  # columns of its history.tsv of which there are figures

    class_conditional: Bool = False
    """Class-conditional: one generator for all classes that is given the class; else one per class."""
    trained_on: Literal["train", "train_and_validation", "all"] | FromPool = "train"
    """Parts of the split that it learns from; with validation images, what these choose is flattered, and `all`
    takes the test images too, as some publications did, and needs `guard: record`. Or a pool, for other generators to
    begin with (`init_from`)."""
    device: Device = "auto"
    """auto takes a GPU where there is one, of several the least used; cpu, cuda and cuda:N name the device."""


class TrainedSettings(FittedSettings):
    """What every generator has that is trained in steps; a plan knows the length of its training from these."""

    duration_unit: Literal["epochs", "kimg"] = "kimg"
    """Unit of duration and snapshots - passes over the images, or thousands of images."""
    duration: PositiveFloat = 100.0
    """Length of the training."""
    batch: Int | None = Field(32, ge=2)
    """Batch size - images per step."""
    snapshots: Unique[PositiveInt] = []
    """Snapshots - when to keep weights and a grid of samples for later use."""
    snapshot_every: PositiveInt | None = None
    """Keep a snapshot after every so many units of duration, too."""
    augmentation: Augmentation = Augmentation()
    """Classical augmentation of the real images; what it does, the generator learns."""
    init_from: InitFrom | None = None
    """The generator of the same family that a training begins with; without it, from scratch."""
    precision: Precision = "auto"
    """Precision of forward passes in training; auto takes bf16 where the machine is faster with it."""
    gpus: PositiveInt = 1
    """GPUs that share each batch of a training (stylegan2 and diffusion); the result is the same but for rounding."""

    @property
    def images_per_step(self) -> int:
        """The batch size, also where it follows from other settings."""
        return self.batch or 32

    def cited(self) -> tuple[Reference, ...]:
        return (shared.ADAM,)


class AdversarialSettings(TrainedSettings):
    """What every generator has that is trained against a discriminator."""

    recorded: ClassVar[tuple[str, ...]] = ("loss_discriminator", "loss_generator")

    latent_dim: PositiveInt = 100
    """Latent dimension - numbers in a vector z."""
    ada: Ada = Ada()
    """Adaptive discriminator augmentation - real and generated images are changed alike before they are judged,
    so that few images last longer and nothing of it is learned."""
    diffaugment: Unique[Literal["colour", "translation", "cutout"]] = []
    """Differentiable augmentation - changes that every image meets before it is judged; all three are its
    published choice for few images."""
    lecam: LeCam = LeCam()
    """LeCam regularisation of the discriminator."""
    freeze_layers: NonNegativeInt = 0
    """FreezeD, with init_from - how many of the discriminator's layers, from the image inwards, keep their weights."""

    def cited(self) -> tuple[Reference, ...]:
        used = {
            shared.ADA: self.ada.pipeline != "none",
            shared.DIFFAUGMENT: bool(self.diffaugment),
            shared.LECAM: self.lecam.weight > 0,
            shared.FREEZED: self.freeze_layers > 0,
            shared.R3GAN: getattr(self, "loss", "") == "relativistic",
        }
        own = [reference for reference, is_used in used.items() if is_used]
        return (*own, *super().cited())


class CompleteSettings(AdversarialSettings):
    """What generators.adversarial reads; a family that lets some of it follow from other settings fills it first."""

    batch: Int = Field(32, ge=2)
    """Batch size - images per step."""
    learning_rate: Rate = 0.0002
    """Learning rate of Adam, of both networks."""
    beta1: Decay = 0.5
    """Adam beta1."""
    beta2: Decay = 0.999
    """Adam beta2."""
    ema_half_life_kimg: NonNegativeFloat = 5.0
    """EMA half-life of the generator's weights, in thousands of images; 0 for the plain weights."""
    ema_ramp_up: NonNegativeFloat = 0.05
    """EMA ramp-up - the half-life is at most this fraction of the images seen so far."""


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What a study wants of each of its generators."""

    classes: Sequence[str]
    splits: Sequence[str]
    seeds: Sequence[int]
    images: Mapping[str, int]  # files of each class, all parts together; empty before they are there to be counted


@dataclasses.dataclass(frozen=True)
class Guess:
    """What a generator costs, before any was trained: on one core, or where its settings are made for a GPU, there."""

    kimg_seconds: float  # of training with a thousand images
    image_seconds: float  # of drawing one
    batch_mb: float  # memory of a training, with what it holds of a batch


@dataclasses.dataclass(frozen=True)
class GeneratorFamily:
    """What a family says of itself.

    It trains by its module `training`, which offers TASK, a task of the training loop, or has images that are there
    already by its module `images`, which offers `collect`; its module `networks` builds what draws images.
    """

    settings: type[GeneratorSettings]
    prose: str  # what it is and when to take it, for the docs
    called: str = ""  # what a paper calls one, with its article; without it, by the family's name
    resolved: type[GeneratorSettings] | None = None  # the model of a generator.json's, where some are filled
    problems: Callable[[Any], list[tuple[str, str]]] = lambda settings: []  # keys and what is wrong, beyond types
    problems_in_study: Callable[[Any, Wanted], list[tuple[str, str]]] = lambda settings, wanted: []  # likewise
    divided: Callable[[Any, int], list[tuple[str, str]]] | None = (
        None  # what keeps several GPUs from sharing a training
    )
    networks: tuple[tuple[str, str], ...] = ()  # kind and module of the networks that describe_models shows
    kimg_seconds: float = 10.0  # a guess of the seconds that a thousand images of 64 px take, before any was trained
    drawing: tuple[str, ...] = ()  # settings that say how its images are drawn, and change nothing of a training
    pixel_mb: float = 0.005  # memory of a training for each pixel of a batch's images, one plane
    guessed: Callable[[Any], Guess] | None = None  # instead of these two, where they depend on more than the side
    knows_taxa: bool = False  # whether a class-conditional one is told the taxa above its classes
    begins_untold: bool = False  # whether a class-conditional one may begin with one that is told no class
    removes_noise: bool = False  # whether it can begin with a training image under noise
    has_styles: bool = False  # whether a search can look through styles w instead of latent vectors
    looks_through: tuple[str, ...] = ()  # networks that its discriminator looks through: they never judge its images
    public_name: str = ""  # a tensor by which public networks in a .safetensors file are known, if it starts from any
    is_control: bool = False  # whether its images are real ones: a gain by them is no generator's

    @property
    def trained(self) -> bool:
        """Whether it learns from training images; else its images are there already."""
        return issubclass(self.settings, FittedSettings)

    @property
    def fitted(self) -> bool:
        """Whether it is computed at once, without a training of steps."""
        return self.trained and not issubclass(self.settings, TrainedSettings)

    @property
    def adversarial(self) -> bool:
        """Whether it is trained against a discriminator."""
        return issubclass(self.settings, AdversarialSettings)

    def guess(self, settings: Any) -> Guess:
        """What these settings cost."""
        if self.guessed is not None:
            return self.guessed(settings)
        pixels = settings.size_px**2
        images = settings.images_per_step if isinstance(settings, TrainedSettings) else 0
        batch_mb = self.pixel_mb * pixels * images
        return Guess(self.kimg_seconds * pixels / 64**2, DRAWN_SECONDS, batch_mb)

    @property
    def start_files(self) -> tuple[str, ...]:
        """Files of a trained generator that another one reads which begins with it."""
        networks = ("generator", "discriminator") if self.adversarial else ("generator",)
        return (*(f"{network}.safetensors" for network in networks), "generator.json", "training.tsv")
