"""Which splits a study has, and their names. Standard library only: the workflow reads it when it plans its jobs."""

import dataclasses
import re

from augury.study.split import Split

FINAL = "final"  # where every image is trained on, for the classifier that is handed over; no split of the study's own
_NAME = re.compile(r"(?:repeat([1-9]\d*)-)?(?:holdout|fold([1-9]\d*))")


@dataclasses.dataclass(frozen=True)
class SplitName:
    """One split of a study: holdout, fold2, repeat2-holdout, repeat3-fold2.

    The first repeat has no word of its own, so that a study to which repeats are added keeps the splits that it has.
    """

    repeat: int  # from 1
    fold: int | None  # from 1, None for a holdout

    def __str__(self) -> str:
        name = f"fold{self.fold}" if self.fold else "holdout"
        return f"repeat{self.repeat}-{name}" if self.repeat > 1 else name


def split_names(settings: Split) -> list[SplitName]:
    """All splits that the `split` section of a config asks for, in order."""
    folds = settings.folds
    numbers = [None] if folds == 1 else list(range(1, folds + 1))
    return [SplitName(repeat, fold) for repeat in range(1, settings.repeats + 1) for fold in numbers]


def parse_split(name: str, folds: int) -> SplitName:
    """The split of that name, in a study of so many folds. Raises ValueError where there is none, in any repeat.

    >>> parse_split("repeat2-fold3", folds=5)
    SplitName(repeat=2, fold=3)
    """
    match = _NAME.fullmatch(name)
    if match:
        split = SplitName(int(match[1] or 1), int(match[2]) if match[2] else None)
        if str(split) == name and (split.fold is None) == (folds == 1) and (split.fold or 1) <= folds:
            return split
    raise ValueError(f"no split is called {name}")
