"""Specimens that show several classes, by their names: known when jobs are planned, for no per-class step may ask."""

import hashlib
from collections import Counter, defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from augury.images.files import shown
from augury.planning.called import called_in_class, called_over_all
from augury.planning.defaults import as_json
from augury.splits.borders import cut
from augury.splits.brought import FOLDER_NAMES
from augury.splits.identity import NAMED
from augury.splits.joint import JointDivision, Specimens
from augury.splits.plan import SplitName, parse_split, split_names
from augury.tables.rows import PARTS

if TYPE_CHECKING:
    from augury.planning.contents import Contents

_TOLD = 3  # classes that a sentence names


class SharedSpecimens:
    """What the names that a config gives to specimens say across classes.

    A specimen is called as the index of each class calls it, `g:NAME`; of several names of one image, by the first.
    """

    def __init__(self, contents: "Contents") -> None:
        self.contents, self.split = contents, contents.config["split"]
        self._parts: dict[str, tuple[dict[str, str], dict[str, int]]] = {}

    @cached_property
    def specimens(self) -> Specimens:
        """The specimens that show more than one class, with these; none where images are what is divided."""
        found: dict[str, set[str]] = defaultdict(set)
        if self.split["unit"] == "specimen":
            for class_, called in self._called.items():
                for one in called.values():
                    found[one].add(class_)
        return {one: tuple(sorted(classes)) for one, classes in sorted(found.items()) if len(classes) > 1}

    def words(self, class_: str, split: str) -> list[str]:
        """What the split of a class is told of them, as options of the script; nothing where it has none."""
        local = {name: one for name, one in self._called[class_].items() if one in self.specimens}
        if not local:
            return []
        parts, folds = self._joint(split)
        told = {
            "parts": {name: parts[one] for name, one in local.items() if one in parts},
            "folds": {name: folds[one] for name, one in local.items() if one in folds},
            "brought": {name: self._given[one] for name, one in local.items() if one in self._given},
        }
        return ["--shared", as_json(told)]

    def digest(self, class_: str, split: str) -> str:
        """Changes with that."""
        return hashlib.sha256(" ".join(self.words(class_, split)).encode()).hexdigest()[:16] if self.specimens else ""

    def tested(self, classes: list[str], split: str) -> list[str]:
        """Those of the classes that are tested in the split, as options of the scripts that a guard watches."""
        parts = self._given | self._joint(split)[0] if self.specimens else {}
        names = {name for class_ in classes for name, one in self._called[class_].items() if parts.get(one) == "test"}
        return ["--tested", *sorted(names)] if names else []

    def notes(self) -> list[str]:
        """What is worth telling before anything runs."""
        if not self.specimens:
            return []
        first, classes = next(iter(self.specimens.items()))
        more = " and others" if len(classes) > _TOLD else ""
        number = len(self.specimens)
        sentence = (
            f"names say that {number} specimen{'s show' if number > 1 else ' shows'} several classes, the first: "
            f"{shown(first.removeprefix(NAMED))} in {', '.join(classes[:_TOLD])}{more}; each has one part for all. If "
            "names begin anew in each class, let the name hold the class's, as in `specimens.regex: ([^/]+/[0-9]+)`"
        )
        return [sentence, *self._empty()]

    def problems(self) -> list[str]:
        """A sentence for each class that would have nothing left to train on, as far as names tell."""
        found = []
        for split in split_names(self.split) if self.specimens else ():
            for class_, (asked, taken) in self._without_own(split).items():
                if asked["train"] and not taken["train"]:
                    found.append(
                        f"class '{class_}' has nothing left to train on in {split}: names say that all of its "
                        f"{sum(taken.values())} specimens show other classes too, and each has one part for all; add "
                        "images to its folder, lower `split.folds` or the sizes, or leave the class out by `classes`"
                    )
        return found

    def _empty(self) -> list[str]:
        found = []
        for split in split_names(self.split):
            for class_, (asked, taken) in self._without_own(split).items():
                lacking = [part for part in ("validation", "test") if asked[part] and not taken[part]]
                if lacking and taken["train"]:
                    found.append(
                        f"class '{class_}' has no {' and no '.join(lacking)} image in {split}: all of its "
                        f"{sum(taken.values())} specimens show other classes too, and each has one part for all"
                    )
        return found

    def _without_own(self, split: SplitName) -> dict[str, tuple[Counter, Counter]]:
        """Of classes all of whose specimens are shared and divided: the sizes asked for, and what they are."""
        found = {}
        parts, _ = self._joint(str(split))
        for class_ in self.contents.classes:
            taken = Counter(parts[one] for one in set(self._called[class_].values()) if one in parts)
            if taken and sum(taken.values()) == self.contents.most_specimens(class_):
                settings = self.split | {"small_classes": "train"}
                found[class_] = Counter(cut(sum(taken.values()), settings, split, self._brought, class_)), taken
        return found

    def _joint(self, split: str) -> tuple[dict[str, str], dict[str, int]]:
        if split not in self._parts:
            self._parts[split] = self._division.of(parse_split(split, self.split))
        return self._parts[split]

    @cached_property
    def _division(self) -> JointDivision:
        free = {one: classes for one, classes in self.specimens.items() if one not in self._placed}
        return JointDivision(free, self._totals, self.split, self._brought)

    @cached_property
    def _brought(self) -> frozenset[str]:
        return frozenset(self.contents.brought_parts) - {"train"}

    @cached_property
    def _given(self) -> dict[str, str]:
        """The latest part that the data give any image of a shared specimen."""
        found: dict[str, str] = {}
        for class_ in self.contents.classes if self.specimens else ():
            names, called = called_in_class(self.contents.named[class_]), self._called[class_]
            for sha256, part in self._parts_brought(class_):
                one = called.get(names.get(sha256, ""))
                if one in self.specimens and PARTS.index(part) >= PARTS.index(found.get(one, "train")):
                    found[one] = part
        return found

    @cached_property
    def _placed(self) -> set[str]:
        """Those whose part is the one that the data give, as splits.assign has it."""
        whole = "validation" in self.contents.brought_parts and not self.split["reserve"]
        return {one for one, part in self._given.items() if part != "train" or whole}

    def _parts_brought(self, class_: str) -> list[tuple[str, str]]:
        if self.split["parts"] == "folders":
            images = self.contents.images[class_]
            return [(sha256, FOLDER_NAMES[folder.parent.name.lower()]) for folder, _, sha256 in images]
        return self.contents.brought(class_)

    @cached_property
    def _totals(self) -> dict[str, int]:
        """Specimens of each class that shows a shared one, those aside whose part the data bring."""
        brought = Counter(class_ for one in self._placed for class_ in self.specimens[one])
        classes = {class_ for shows in self.specimens.values() for class_ in shows}
        return {class_: self.contents.most_specimens(class_) - brought[class_] for class_ in sorted(classes)}

    @cached_property
    def _called(self) -> dict[str, dict[str, str]]:
        """By class, what its index calls a specimen -> what it is called over all classes."""
        return called_over_all(self.contents.named)
