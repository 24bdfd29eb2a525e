"""Settings of what classifiers are trained on, and of ensembles of them."""

from typing import ClassVar, Literal

from pydantic import Field

from augury.settings.augmentation import Augmentation
from augury.settings.base import (
    Bool,
    Fraction,
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
    """How often each real training image appears in an epoch; 0 trains on synthetic images alone."""
    specimens: PositiveFloat = 1.0
    """Real training specimens as a multiple of the training part's; above 1 they come from `split.reserve`."""
    classical: NonNegativeFloat = 0.0
    """Augmented copies per real training image, made once before the training."""
    classical_to: PositiveInt | None = None
    """Instead of classical - augmented copies until each class has this many images, its real ones counted; a
    class that has them already gets none."""
    classical_augmentation: Augmentation = Augmentation()
    """Classical augmentation; every image draws anew."""
    generator: str | None = None
    """Name of the generator whose images are added."""
    ratio: NonNegativeFloat = 1.0
    """Synthetic images per real training image of each class."""
    ratios: list[NonNegativeFloat] | None = None
    """Instead of ratio - several of them, such as [0.25, 0.5, 1, 2, 5]; each makes an arm of its own, named after
    this one with its ratio, as in gan-x0.5."""
    count: PositiveInt | None = None
    """Synthetic images per class, instead of a ratio."""
    selection: Text = "random"
    """How synthetic images are chosen: `random`, an entry of `selections`, or a family of selections with its
    defaults."""
    snapshot: PositiveInt | Literal["best"] | None = None
    """Snapshot of the generator to draw from: a number in the unit of its training (kimg or epochs), or the best by
    score; null takes the end of its training."""
    truncation: Fraction = 1.0
    """Below 1 images are drawn nearer to the generator's mean - better looking, and less various."""
    steps: Literal["epochs", "equal"] = "epochs"
    """Train for the classifier's epochs, or for as many steps as the real images alone would take."""
    baseline: str | None = None
    """Arm that the verdict compares this one with; without it, the study's baseline."""


class Ensemble(Settings):
    """The mean of what several trained classifiers say of an image."""

    classifiers: Unique[str] | None = Field(None, min_length=1)
    """Its members, by their names in `classifiers`, such as one that sees colours and one that sees grey; without
    it, all."""
    over_seeds: Bool = False
    """Whether the trainings of every seed are members of one ensemble, which stands under the first seed; else
    there is an ensemble per seed."""
    weights: Literal["equal", "validation"] = "equal"
    """How members count - alike, or with the weights that make the true classes of the validation images likeliest."""
