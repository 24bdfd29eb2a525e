"""What a family of classifiers declares: its settings, its checks, and what a plan needs to know of it."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from augury.citing import shared
from augury.citing.reference import Reference
from augury.settings.augmentation import TrainingAugmentation
from augury.settings.base import (
    Bool,
    Channels,
    Decay,
    Device,
    Fraction,
    Int,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveInt,
    Precision,
    Rate,
    Settings,
    Text,
    Unique,
)


class ClassifierSettings(Settings):
    """What every classifier has."""

    renamed: ClassVar[dict[str, str]] = {
        "test_time_dihedral": "tta",
        "calibrate_batch_norm": "precise_bn",
        "eca_start": "eca_init",
    }

    family: str
    size_px: Int = Field(64, ge=16, le=1024)
    """Input size: side in pixels of the square images that the network sees."""
    channels: Channels = "rgb"
    """Input channels: grey (1, to which pretrained weights are adapted) or rgb (3)."""
    tta: Literal["auto", True, False] = "auto"
    """Test-time augmentation (TTA): average the predictions over the eight flips and quarter turns of an image, which
    takes eight times as long; auto does so where flips and quarter turns are trained on."""
    device: Device = "auto"
    """Device: auto takes a GPU where there is one, of several the least used; else cpu, cuda or cuda:N."""

    @property
    def deterministic(self) -> bool:
        """Whether nothing is random in its training: the same images give the same network under any seed."""
        return False

    def starts_from(self) -> tuple[Sequence[str], bool | str]:
        """Architectures of timm or torchvision whose weights it can start from, and what `pretrained` says of them."""
        return (), False

    def cited(self) -> tuple[Reference, ...]:
        """The publications of what these settings do, but for weights that it starts from."""
        return ()


class TrainedSettings(ClassifierSettings):
    """What every classifier has that is trained by gradient steps."""

    dropout: Decay = 0.2
    """Dropout probability of the features before the last layer, in training."""
    eca: Literal["none", "per_block", "per_stage", "in_branch"] = "none"
    """Efficient channel attention: gates after every block, after every stage, or inside every block's residual
    branch."""
    eca_init: Literal["identity", "random"] = "identity"
    """Initialisation of the gates: identity leaves features as they are (a gate goes from 0 to 2); random is the
    published start, which about halves them, and costs a pretrained network most of what it knows."""
    epochs: PositiveInt = 60
    """Number of epochs: passes over the arm's training images, those of a warm-up included."""
    batch: Int = Field(32, ge=2)
    """Batch size: images per training step at most; an epoch is divided evenly into batches."""
    optimiser: Literal["adamw", "adam"] = "adamw"
    """Optimiser: adamw (decoupled weight decay) or adam (L2 penalty in the gradient)."""
    learning_rate: Rate = 0.002
    """Learning rate at the beginning of the schedule."""
    beta1: Decay = 0.9
    """Adam's beta1, the decay of the mean gradient."""
    beta2: Decay = 0.999
    """Adam's beta2, the decay of the mean squared gradient."""
    weight_decay: NonNegativeFloat = 0.01
    """Weight decay, per unit of learning rate."""
    schedule: Literal["constant", "cosine", "step"] = "cosine"
    """Learning rate schedule: constant; cosine falls to 0 over the run; step takes a tenth at half of the run and a
    hundredth at three quarters."""
    loss: Literal["cross_entropy", "one_hot_bce"] = "cross_entropy"
    """Loss: cross_entropy of the softmax; one_hot_bce, binary cross-entropy of each class against all others, whose
    probabilities are its sigmoids over their sum."""
    label_smoothing: Decay = 0.1
    """Label smoothing: part of the label's certainty that is spread over all classes in the training loss."""
    class_weights: Literal["none", "sqrt_inverse", "inverse", "effective_number"] = "sqrt_inverse"
    """Class weights in the training loss: equal, or inverse to the (root of the) number of its training
    images, or to their effective number."""
    class_weights_beta: Decay = 0.999
    """Beta of `effective_number`, from 0 (equal weights) towards 1 (inverse); n images count as (1 - beta^n) / (1 -
    beta)."""
    mixup: NonNegativeFloat = 0.0
    """Mixup alpha: blend each batch with itself reversed, by a fraction from Beta(alpha, alpha); 0.2 is usual, 0
    leaves it out."""
    cutmix: NonNegativeFloat = 0.0
    """CutMix alpha: paste a rectangle of each image's partner, whose area is such a fraction; 1 is usual, 0 leaves it
    out. With mixup, each batch takes one of the two."""
    mix_probability: Fraction = 1.0
    """Probability with which a batch is mixed, by mixup or CutMix."""
    ema_decay: Decay = 0.0
    """Exponential moving average (EMA) of the weights: decay per step, such as 0.999, for what is validated and kept;
    it warms up, and 0 keeps the weights themselves."""
    best_by: Literal["loss", "accuracy", "last"] = "loss"
    """Model selection: measure on the validation part by which the best epoch is chosen, of equals the earliest; last
    keeps the last epoch, as do classifiers without validation images."""
    precise_bn: Bool = True
    """Precise batch normalisation: after each epoch, recompute the statistics of trained batch normalisations over up
    to 1024 training images; matters where an epoch has few steps."""
    augmentation: TrainingAugmentation = TrainingAugmentation(
        flip_horizontal=True, flip_vertical=True, quarter_turns=True
    )
    """Classical augmentation on the fly, of every arm that does not change it (`with`)."""
    precision: Precision = "auto"
    """Mixed precision: number format of forward passes in training; auto takes bf16 where the machine is faster."""

    def cited(self) -> tuple[Reference, ...]:
        policy = getattr(shared, self.augmentation.policy.upper(), None)
        used = {
            shared.ADAMW if self.optimiser == "adamw" else shared.ADAM: True,
            shared.ECA: self.eca != "none",
            shared.MIXUP: self.mixup > 0,
            shared.CUTMIX: self.cutmix > 0,
            shared.EFFECTIVE_NUMBER: self.class_weights == "effective_number",
            policy: policy is not None,
        }
        return tuple(reference for reference, is_used in used.items() if reference and is_used)


class PretrainedSettings(TrainedSettings):
    """What every classifier has that can start from pretrained weights."""

    architecture: Text
    """The network's name in its library."""
    pretrained: Bool | Text = "auto"
    """ImageNet weights to start from: auto (or true) takes resources/weights/ARCHITECTURE.safetensors or .pth,
    then an installed package, else what `missing_weights` says; a path takes that file; false starts from
    scratch."""
    image_px: Int | None = Field(None, ge=8)
    """For images smaller than size_px - the side at which they are kept and augmented, to be enlarged as they
    enter the network, which takes a fraction of the memory; null keeps them at size_px."""
    freeze_fraction: Fraction = 0.0
    """Fraction of the layers that keep their weights, from the image inwards; 1 trains the last layer alone."""
    freeze_names: Unique[Text] = []
    """Layers that keep their weights, too: regular expressions for the beginning of their names, such as
    conv_stem or blocks[.][0-3]."""
    warmup_frozen_epochs: NonNegativeInt = 4
    """Epochs at the beginning in which only the last layer is trained; they count among `epochs`."""
    unfreeze_stage_epochs: NonNegativeInt = 0
    """After the warm-up train the last stage alone, and every so many epochs one more before it; 0 trains all at
    once."""
    head_learning_rate: Rate | None = 0.001
    """Learning rate of the last layer; null takes `learning_rate`."""
    epochs: PositiveInt = 32
    """Number of epochs: passes over the arm's training images, those of a warm-up included."""
    learning_rate: Rate = 0.0005
    """Learning rate at the beginning of the schedule."""
    augmentation: TrainingAugmentation = TrainingAugmentation(
        flip_horizontal=True,
        flip_vertical=True,
        quarter_turns=True,
        rotation_degrees=30,
        scale=0.1,
        shift=0.05,
        brightness=0.1,
        contrast=0.2,
    )
    """Classical augmentation on the fly, of every arm that does not change it (`with`)."""

    def starts_from(self) -> tuple[Sequence[str], bool | str]:
        """Its own architecture."""
        return (self.architecture,), self.pretrained


@dataclasses.dataclass(frozen=True)
class ClassifierFamily:
    """What a family says of itself; what depends on the settings, beside their checks, are properties of these.

    Its module `network` offers `build_classifier(settings, classes)` and, where they apply, `start_from_pretrained(
    classifier, settings, weights)`; `PLAIN_CONVOLUTIONS`, whether bf16 pays on a CPU (without it, it is measured); and,
    for what is not trained by gradient steps, a `Training` of its own.
    """

    settings: type[ClassifierSettings]
    prose: str  # what it is and when to take it, for the docs
    called: str = ""  # what a paper calls one, with its article, {key} for a setting; without it, by the family's name
    problems: Callable[[Any], list[tuple[str, str]]] = lambda settings: []  # keys and what is wrong, beyond types
    smallest_px: Callable[[Mapping[str, Any]], int] = lambda entry: 0  # `size_px` of an entry as written, at least
    shown: Sequence[Mapping[str, Any]] = ({},)  # entries that describe_models has a row of
    residual: bool = False  # whether its blocks have residual branches, which `eca: in_branch` asks for
    linear: bool = False  # a linear layer on frozen features: what a pilot can tell of
    image_mb: float = 0.001  # what a training holds of an image beside its pixels
    taken: float = 0.3  # of the time that clusters are asked for, what the demo's trainings took on a core
