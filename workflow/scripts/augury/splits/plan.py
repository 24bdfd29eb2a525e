"""Which splits a study has, and their names. Standard library only: the workflow reads it when it plans its jobs."""

import dataclasses
from typing import Any


@dataclasses.dataclass(frozen=True)
class SplitName:
    """One split of a study: holdout, fold2, repeat1-holdout, repeat3-fold2."""

    repeat: int  # from 1
    fold: int | None  # from 1, None for a holdout
    repeats: int

    def __str__(self) -> str:
        name = f"fold{self.fold}" if self.fold else "holdout"
        return f"repeat{self.repeat}-{name}" if self.repeats > 1 else name


def split_names(settings: dict[str, Any]) -> list[SplitName]:
    """All splits that the `split` section of a config asks for, in order."""
    repeats, folds = settings["repeats"], settings["folds"]
    places = [None] if folds == 1 else list(range(1, folds + 1))
    return [SplitName(repeat, fold, repeats) for repeat in range(1, repeats + 1) for fold in places]


def parse_split(name: str, settings: dict[str, Any]) -> SplitName:
    """The split of that name. Raises ValueError when the settings have none."""
    for split in split_names(settings):
        if str(split) == name:
            return split
    raise ValueError(f"no split is called {name}")
