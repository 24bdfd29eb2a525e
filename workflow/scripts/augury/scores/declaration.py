"""What a score of synthetic images says of itself, in the score.py of its folder; compute.py beside it computes it.

Plans and the report read declarations: they need the standard library alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

LEAST_IMAGES = 3


@dataclass(frozen=True, slots=True)
class Column:
    """A column of scores.tsv and synthetic.tsv, and the two of its 95% interval, NAME_low and NAME_high."""

    name: str
    about: str
    kind: type = float
    interval: str = ""  # what varies in its interval; empty for none
    ends: str = ""  # how the names of these two begin, where not as its own
    always: bool = False  # never empty
    mean: bool = False  # whether generators.tsv has its mean over trainings
    head: str = ""  # in the report's table, if it is there; {frechet} and {kernel} are the distances' names
    form: Literal["distance", "share", "hundredfold"] = "distance"
    better: Literal["more", "less", ""] = ""  # empty for what others are compared with

    @property
    def limits(self) -> tuple[str, str]:
        """The columns of its interval, which may be declared by themselves."""
        return f"{self.ends or self.name}_low", f"{self.ends or self.name}_high"

    def fields(self) -> Iterator[tuple[str, Any, str]]:
        """Name, type and meaning of its columns."""
        yield self.name, self.kind if self.always else self.kind | None, self.about
        if self.interval:
            yield self.limits[0], float | None, f"lower end of its 95% interval, {self.interval}"
            yield self.limits[1], float | None, "upper end of that interval"


@dataclass(frozen=True, slots=True)
class Score:
    """One or more scores that are computed together; `compute(sample)` gives the cells of their columns."""

    order: int  # of its columns in the tables, the smallest first
    columns: tuple[Column, ...]
    least_images: int = LEAST_IMAGES  # training images, and synthetic ones, without which nothing is computed

    def fields(self) -> list[tuple[str, Any, str]]:
        """Name, type and meaning of the columns of scores.tsv and synthetic.tsv."""
        return [field for column in self.columns for field in column.fields()]

    def means(self) -> list[tuple[str, Any, str]]:
        """Those of generators.tsv."""
        means = [column for column in self.columns if column.mean]
        return [(each.name, float | None, f"{each.about}, mean over trainings") for each in means]
