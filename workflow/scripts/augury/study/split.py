"""Settings of the division into training, validation and test parts."""

from typing import Literal

from pydantic import Field

from augury.settings.base import Int, NonNegativeFloat, NonNegativeInt, Settings


class Split(Settings):
    """How specimens are divided."""

    unit: Literal["specimen", "image"] = "specimen"
    """Unit of the split; `image` lets views of one specimen cross (leakage) and needs `guard: record`."""
    parts: Literal["hash", "folders", "table"] = "hash"
    """What assigns the test part - a hash of each specimen (a random but stable split), the train/ and test/ folders
    of the images, or a table (a predefined split)."""
    table: str | None = None
    """For `parts, table` - a table (TSV or CSV) with the columns `path` or `sha256`, and `part`."""
    train: Literal["rest"] | NonNegativeFloat = "rest"
    """Size of the training part."""
    validation: Literal["rest"] | NonNegativeFloat = 0.15
    """Size of the validation part, by which epochs and thresholds are chosen."""
    reserve: Literal["rest"] | NonNegativeFloat = 0.0
    """Size of a part that is used only by the learning curve, to train classifiers on more specimens than the
    training part has; what a gain is worth in specimens is read off that curve."""
    test: Literal["rest"] | NonNegativeFloat = 0.15
    """Size of the test part; ignored where every fold is the test part once."""
    folds: Int = Field(1, ge=1, le=1000)
    """Number of folds of the cross-validation; 1 is a single holdout split."""
    small_classes: Literal["refuse", "train"] = "refuse"
    """Classes with too few specimens for the sizes and folds - refuse stops the study; train keeps them in the
    training part of every fold, and they are tested in none."""
    rotate: Literal["test", "validation", "train"] = "test"
    """Part that the folds of a cross-validation rotate; `validation` keeps the test part fixed; `train` draws as many
    training parts as there are folds that share no specimen, each with its validation part, and tests on all others."""
    repeats: Int = Field(1, ge=1, le=1000)
    """Number of repeats of the cross-validation or holdout, each with another order of the specimens. It can grow
    from run to run, and what is trained stays."""
    seed: NonNegativeInt = 0
    """Random seed of the split."""
