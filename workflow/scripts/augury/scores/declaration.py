"""What a score of synthetic images says of itself, in the score.py of its folder; compute.py beside it computes it.

Plans and the report read declarations: they need the standard library alone.
"""

from dataclasses import dataclass
from typing import Literal

LEAST_IMAGES = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of the report's table of scores: a value, with its interval where it has one."""

    head: str  # {frechet} and {kernel} stand for the names of the two distances in the features at hand
    column: str
    form: Literal["distance", "share", "hundredfold"]
    better: Literal["more", "less", ""] = ""  # empty for what others are compared with
    interval: str = ""  # how the columns of its interval begin, where not as the column itself


@dataclass(frozen=True, slots=True)
class Score:
    """One or more scores that are computed together; `compute(sample)` gives the cells of their columns."""

    order: int  # of its columns in the tables, the smallest first
    columns: type  # a dataclass: those of scores.tsv and synthetic.tsv, each with its meaning
    shown: tuple[Shown, ...]
    means: type | None = None  # a dataclass: those of generators.tsv, means over trainings of columns of the same names
    least_images: int = LEAST_IMAGES  # training images, and synthetic ones, without which nothing is computed
