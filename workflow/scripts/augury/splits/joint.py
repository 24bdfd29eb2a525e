"""The parts of specimens that show several classes: one part for all of them, as even in every class as such go.

They are divided before the classes' own, from their names, the classes that each shows and the settings alone: what
else a class holds moves none of them, unless sizes are numbers of specimens. Standard library only: the workflow reads
it when it plans its jobs.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from augury.command.errors import UserError
from augury.splits.apportion import Group, apportion
from augury.splits.assign import ordered
from augury.splits.borders import cut, fold_sizes
from augury.splits.plan import SplitName
from augury.study.split import Split
from augury.tables.rows import PARTS

Specimens = Mapping[str, Group]  # specimen -> the classes that it shows, sorted
_MANY = 1000  # specimens whose proportions are taken where a class has too few for `cut`


def sizes_are_numbers(settings: Split) -> bool:
    """Whether any size is a number of specimens, which is another share of each class."""
    sizes = [getattr(settings, part) for part in PARTS]
    return any(size != "rest" and size >= 1 for size in sizes)


class JointDivision:
    """The division of shared specimens, each class asking for as much as `borders.cut` would give it.

    totals: specimens of each class, its own included; they count where sizes are numbers. brought: parts that the data
    bring and that are not cut again.
    """

    def __init__(
        self, specimens: Specimens, totals: Mapping[str, int], settings: Split, brought: frozenset[str]
    ) -> None:
        self.specimens, self.settings, self.brought = specimens, settings, brought
        self.shared = _by_class(specimens)
        self.by_number = sizes_are_numbers(settings)
        self.totals = totals if self.by_number else self.shared
        # What all folds of a repeat have in common.
        self._folds_of: dict[int, dict[str, int]] = {}
        self._fixed_of: dict[int, dict[str, str]] = {}

    def of(self, split: SplitName) -> tuple[dict[str, str], dict[str, int]]:
        """specimen -> its part in the split, and specimen -> its fold from 1, where there are folds."""
        if self.settings.rotate == "train" and split.fold:
            return dict.fromkeys(self.specimens, "test"), {}  # in every fold, so that training parts share none
        if split.fold is None:
            return self._spread(self.specimens, PARTS, self._sizes(PARTS, split), split, "parts"), {}
        if self.settings.rotate == "validation" or "test" in self.brought:
            return self._rotate_validation(split)
        return self._rotate_test(split, split.fold)

    def _sizes(self, parts: Sequence[str], split: SplitName) -> dict[str, list[float]]:
        """How many specimens each class asks for in each part; of the shared ones alone where sizes are fractions."""
        sizes_of = {}
        for class_, total in self.totals.items():
            sizes = self._cut(total, class_, split)
            sizes_of[class_] = [total * sizes[part] / sum(sizes.values()) for part in parts]
        return sizes_of

    def _cut(self, count: int, class_: str, split: SplitName) -> Counter:
        settings = self.settings.model_copy(update={"small_classes": "refuse"})
        for number in (count, _MANY):
            try:
                return Counter(cut(number, settings, split, self.brought, class_))
            except UserError:
                continue  # so few may be enough with the class's own; if not, its split says so
        return Counter(train=1)

    def _rotate_validation(self, split: SplitName) -> tuple[dict[str, str], dict[str, int]]:
        """Reserve and test are fixed; the others are divided into folds, of which one validates."""
        if split.repeat not in self._fixed_of:
            sizes = {
                class_: [train + validation, reserve, test]
                for class_, (train, validation, reserve, test) in self._sizes(PARTS, split).items()
            }
            self._fixed_of[split.repeat] = self._spread(
                self.specimens, ("train", "reserve", "test"), sizes, split, "parts"
            )
        parts = self._fixed_of[split.repeat]
        inside = {name: classes for name, classes in self.specimens.items() if parts[name] == "train"}
        folds = self._folds(inside, split)
        return parts | {name: "validation" for name, fold in folds.items() if fold == split.fold}, folds

    def _rotate_test(self, split: SplitName, fold: int) -> tuple[dict[str, str], dict[str, int]]:
        """One fold tests; those that come after it, group by group, validate and are the reserve."""
        folds = self._folds(self.specimens, split)
        parts = {name: "test" for name, its in folds.items() if its == fold}
        others = {name: classes for name, classes in self.specimens.items() if name not in parts}
        cells = ("validation", "reserve", "train")
        for group, numbers in self._apportioned(others, self._sizes(cells, split), split, "parts"):
            parts_in_order = [cell for cell, number in zip(cells, numbers, strict=True) for _ in range(number)]
            behind = [name for name in group if folds[name] > fold]
            before = [name for name in group if folds[name] < fold]
            parts |= zip(behind + before, parts_in_order, strict=True)
        return parts, folds

    def _folds(self, names: Specimens, split: SplitName) -> dict[str, int]:
        if split.repeat not in self._folds_of:
            number = self.settings.folds
            sizes = {class_: fold_sizes(count, number) for class_, count in _by_class(names).items()}
            self._folds_of[split.repeat] = self._spread(names, range(1, number + 1), sizes, split, "folds")
        return self._folds_of[split.repeat]

    def _spread(
        self, names: Specimens, cells: Sequence, sizes: Mapping[str, Sequence[float]], split: SplitName, level: str
    ) -> dict[str, Any]:
        """name -> the cell that it is in; those of one group go into the cells in the order of their hashes."""
        spread: dict[str, Any] = {}
        for group, numbers in self._apportioned(names, sizes, split, level):
            cells_in_order = [cell for cell, number in zip(cells, numbers, strict=True) for _ in range(number)]
            spread |= zip(group, cells_in_order, strict=True)
        return spread

    def _apportioned(
        self, names: Specimens, sizes: Mapping[str, Sequence[float]], split: SplitName, level: str
    ) -> list[tuple[list[str], list[int]]]:
        """The names of each group, in the order of their hashes, and how many of them go into each cell."""
        groups = defaultdict(list)
        for name in ordered(set(names), self.settings.seed, split.repeat):
            groups[names[name]].append(name)
        numbers = {group: len(members) for group, members in groups.items()}
        wanted = {
            class_: [count * size / sum(sizes[class_]) for size in sizes[class_]]
            for class_, count in _by_class(names).items()
        }
        words = f"{self.settings.seed}\x1f{split.repeat}\x1f{level}"
        most = sizes if self.by_number and level == "parts" else None
        return [(groups[group], cells) for group, cells in apportion(numbers, wanted, words, most).items()]


def _by_class(specimens: Specimens) -> Counter:
    return Counter(class_ for classes in specimens.values() for class_ in classes)
