"""Settings of the division into training, validation and test parts."""

from typing import Literal

from pydantic import Field

from augury.settings.base import Int, NonNegativeFloat, NonNegativeInt, Settings


class Split(Settings):
    """How specimens are divided."""

    unit: Literal["specimen", "image"] = "specimen"
    """What is divided; `image` lets views of one specimen cross and needs `guard: record`."""
    parts: Literal["hash", "folders", "table"] = "hash"
    """Who decides on the test part - a hash of each specimen, the train/ and test/ folders of the images, or a
    table."""
    table: str | None = None
    """For `parts, table` - a table (TSV or CSV) with the columns `path` or `sha256`, and `part`."""
    train: Literal["rest"] | NonNegativeFloat = "rest"
    """Size of the training part."""
    validation: Literal["rest"] | NonNegativeFloat = 0.15
    """Size of the validation part, which chooses epochs and thresholds."""
    reserve: Literal["rest"] | NonNegativeFloat = 0.0
    """Size of a part that nothing sees but classifiers of the learning curve beyond the training part; what a
    gain is worth in specimens is read off that."""
    test: Literal["rest"] | NonNegativeFloat = 0.15
    """Size of the test part; not used where every fold tests once."""
    folds: Int = Field(1, ge=1, le=1000)
    """1 is one holdout; k makes k splits in which another k-th of the specimens rotates."""
    small_classes: Literal["refuse", "train"] = "refuse"
    """What becomes of a class with too few specimens for the sizes and folds - the study is refused, or the class
    stays in the training part of every fold and is tested in none."""
    rotate: Literal["test", "validation"] = "test"
    """With folds, the part that each fold is once; `validation` keeps the test part fixed."""
    repeats: Int = Field(1, ge=1, le=1000)
    """How often the division is repeated with another order of the specimens. It can grow from run to run, and
    what is trained stays."""
    seed: NonNegativeInt = 0
    """Seed of the order."""
