"""Settings of what classifiers are trained on, and of ensembles of them."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from augury.settings.augmentation import Augmentation
from augury.settings.base import (
    Bool,
    Float,
    Fraction,
    Mapping,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    Settings,
    Text,
    Unique,
)


class Arm(Settings):
    """What classifiers are trained on."""

    renamed: ClassVar[dict[str, str]] = {"at": "snapshot", "against": "baseline"}

    real: NonNegativeInt = 1
    """Repetitions of each real training image per epoch; 0 trains on synthetic images alone."""
    specimens: PositiveFloat = 1.0
    """Number of real training specimens, as a multiple of the training part's; above 1 they come from
    `split.reserve`."""
    classical: NonNegativeFloat = 0.0
    """Offline augmentation: augmented copies per real training image, made once before the training."""
    classical_to: PositiveInt | None = None
    """Class balancing by offline augmentation, instead of `classical`: augmented copies until each class has this
    many images, real ones included; a class that has them already gets none."""
    classical_augmentation: Augmentation = Augmentation()
    """Classical augmentation of the copies."""
    generator: str | None = None
    """Generator whose images are added, by its name in `generators`."""
    ratio: NonNegativeFloat = 1.0
    """Synthetic-to-real ratio: synthetic images per real training image of each class."""
    ratios: list[NonNegativeFloat] | None = None
    """Sweep of the ratio, instead of `ratio`: several of them, such as [0.25, 0.5, 1, 2, 5]; each makes an arm of its
    own, named after this one with its ratio, as in gan-x0.5."""
    count: PositiveInt | None = None
    """Number of synthetic images per class, instead of a ratio."""
    synthetic_weight: Annotated[Float, Field(gt=0, lt=1)] | None = None
    """Part of the training loss that the synthetic images carry together, such as 0.2; without it, every image counts
    the same, whatever made it."""
    order: Literal["mixed", "synthetic_then_real"] = "mixed"
    """Order of the images: all mixed, or a whole training on the synthetic ones alone and then another, from its
    weights, on the others. A probe, which forgets where its fit began, is not trained on the latter."""
    selection: Text = "random"
    """Selection of the synthetic images: `random`, an entry of `selections`, or a family of selections with its
    defaults."""
    snapshot: PositiveInt | Literal["best"] | None = None
    """Snapshot of the generator to draw from: a number in the unit of its training (kimg or epochs), or the best by
    score; null takes the end of its training."""
    truncation: Fraction = 1.0
    """Truncation (psi): below 1 images are drawn nearer to the generator's mean, with more fidelity and less
    variety."""
    steps: Literal["epochs", "equal"] = "epochs"
    """Length of the training: the classifier's epochs, or as many steps as the real images alone would take (equal
    compute)."""
    with_: Mapping[Any] = Field({}, alias="with")
    """Training settings that are changed on this arm, such as {mixup: 0.2}, {epochs: 64} or {augmentation:
    trivialaugment}, which is short for its `policy`. Classifiers whose family lacks one of them, or that have these
    values already, are not trained on it."""
    baseline: str | None = None
    """Arm that the verdict compares this one with; without it, the study's baseline."""


class Final(Settings):
    """What is handed over."""

    arm: Text
    """What it is trained on, by the arm's name in `arms`; an arm's generator is trained on every specimen, too."""
    classifier: str | None = None
    """Classifier, by its name in `classifiers`."""
    ensemble: str | None = None
    """Ensemble instead of a classifier, by its name in `ensembles`."""

    @property
    def name(self) -> str:
        """The classifier's or the ensemble's."""
        return self.classifier or self.ensemble or ""


class Ensemble(Settings):
    """An average of the predictions of several trained classifiers."""

    classifiers: Unique[str] | None = Field(None, min_length=1)
    """Members, by their names in `classifiers`, such as one that sees colours and one that sees grey; without it,
    all."""
    over_seeds: Bool = False
    """Whether trainings of all seeds are members of one ensemble, which is listed under the first seed; otherwise
    there is one ensemble per seed."""
    weights: Literal["equal", "validation"] = "equal"
    """Weights of the members: equal, or those with the greatest likelihood on the validation images."""
