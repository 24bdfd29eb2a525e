"""Specimens that show several classes, by their names: known when jobs are planned, for no per-class step may ask."""

import hashlib
from collections import Counter, defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

from augury.images.files import shown
from augury.settings.reading import as_json
from augury.splits.borders import cut
from augury.splits.brought import FOLDER_NAMES
from augury.splits.identity import NAMED
from augury.splits.joint import JointDivision, Specimens
from augury.splits.plan import FINAL, SplitName, parse_split, split_names
from augury.tables.rows import PARTS

if TYPE_CHECKING:
    from augury.planning.folders.contents import Contents

_SHOWN = 3  # classes that a sentence names, and sentences of a kind


class SharedSpecimens:
    """What the names that a config gives to specimens say across classes.

    A specimen is called as the index of each class calls it, `g:NAME`.
    """

    def __init__(self, contents: "Contents") -> None:
        self.contents, self.split = contents, contents.config.split
        self._parts: dict[str, tuple[dict[str, str], dict[str, int]]] = {}

    @cached_property
    def specimens(self) -> Specimens:
        """The specimens that show more than one class, with these; none where images are what is divided."""
        classes_of: dict[str, set[str]] = defaultdict(set)
        if self.split.unit == "specimen":
            for class_, names in self._names.items():
                for name in names:
                    classes_of[name].add(class_)
        return {name: tuple(sorted(classes)) for name, classes in sorted(classes_of.items()) if len(classes) > 1}

    def words(self, class_: str, split: str) -> list[str]:
        """What the split of a class takes of them, as options of the script; nothing where it has none."""
        names = self._names[class_] & self.specimens.keys()
        if not names:
            return []
        parts, folds = self._joint(split)
        arguments: dict[str, dict[str, Any]] = {"parts": parts, "folds": folds, "brought": self._given}
        arguments = {key: {name: values[name] for name in names & values.keys()} for key, values in arguments.items()}
        return ["--shared", as_json(arguments)]

    def digest(self, class_: str, split: str) -> str:
        """Changes with that."""
        words = self.words(class_, split)
        return hashlib.sha256(words[-1].encode()).hexdigest()[:16] if words else ""

    def tested(self, classes: list[str], split: str) -> list[str]:
        """Those of the classes that are tested in the split, as options of the scripts that a guard watches."""
        parts = self._given | self._joint(split)[0] if self.specimens and split != FINAL else {}
        names = {name for class_ in classes for name in self._names[class_] if parts.get(name) == "test"}
        return ["--tested", *sorted(names)] if names else []

    def notes(self) -> list[str]:
        """What is worth telling before anything runs."""
        if not self.specimens:
            return []
        first, classes = next(iter(self.specimens.items()))
        more = " and others" if len(classes) > _SHOWN else ""
        number = len(self.specimens)
        sentence = (
            f"names say that {number} specimen{'s show' if number > 1 else ' shows'} several classes, the first: "
            f"{shown(first.removeprefix(NAMED))} in {', '.join(classes[:_SHOWN])}{more}; each has one part for all. If "
            "names begin anew in each class, let the name hold the class's, as in `specimens.regex: ([^/]+/[0-9]+)`"
        )
        return [sentence, *self._empty()]

    def problems(self) -> list[str]:
        """A sentence for each class that would have nothing left to train on, as far as names tell."""
        problems = []
        for split in split_names(self.split) if self.specimens else ():
            for class_, (asked, taken) in self._without_own(split).items():
                if asked["train"] and not taken["train"]:
                    problems.append(
                        f"class '{class_}' has nothing left to train on in {split}: names say that all of its "
                        f"{sum(taken.values())} specimens show other classes too, and each has one part for all; add "
                        "images to its folder, lower `split.folds` or the sizes, or leave the class out by `classes`"
                    )
        return problems

    def _empty(self) -> list[str]:
        sentences = []
        for split in split_names(self.split):
            for class_, (asked, taken) in self._without_own(split).items():
                lacking = [part for part in ("validation", "test") if asked[part] and not taken[part]]
                if lacking and taken["train"]:
                    sentences.append(
                        f"class '{class_}' has no {' and no '.join(lacking)} image in {split}: all of its "
                        f"{sum(taken.values())} specimens show other classes too, and each has one part for all"
                    )
        more = len(sentences) - _SHOWN
        return sentences[:_SHOWN] + ([f"and so in {more} more cases of a class and a split"] if more > 0 else [])

    def _without_own(self, split: SplitName) -> dict[str, tuple[Counter, Counter]]:
        """Of classes all of whose specimens are shared and divided: the sizes asked for, and what they are."""
        counts = {}
        parts, _ = self._joint(str(split))
        for class_ in self.contents.classes:
            taken = Counter(parts[name] for name in self._names[class_] & parts.keys())
            if taken and sum(taken.values()) == self.contents.most_specimens(class_):
                settings = self.split.model_copy(update={"small_classes": "train"})
                counts[class_] = Counter(cut(sum(taken.values()), settings, split, self._brought, class_)), taken
        return counts

    def _joint(self, split: str) -> tuple[dict[str, str], dict[str, int]]:
        if split not in self._parts:
            self._parts[split] = self._division.of(parse_split(split, self.split.folds))
        return self._parts[split]

    @cached_property
    def _division(self) -> JointDivision:
        free = {name: classes for name, classes in self.specimens.items() if name not in self._placed}
        return JointDivision(free, self._totals, self.split, self._brought)

    @cached_property
    def _brought(self) -> frozenset[str]:
        return frozenset(self.contents.brought_parts) - {"train"}

    @cached_property
    def _given(self) -> dict[str, str]:
        """The latest part that the data give any image of a shared specimen."""
        parts: dict[str, str] = {}
        for class_ in self.contents.classes if self.specimens else ():
            names = dict(self.contents.named[class_])
            for sha256, part in self._parts_brought(class_):
                name = NAMED + names.get(sha256, "")
                if name in self.specimens and PARTS.index(part) >= PARTS.index(parts.get(name, "train")):
                    parts[name] = part
        return parts

    @cached_property
    def _placed(self) -> set[str]:
        """Those whose part is the one that the data give, as splits.assign has it."""
        whole = "validation" in self.contents.brought_parts and not self.split.reserve
        return {name for name, part in self._given.items() if part != "train" or whole}

    def _parts_brought(self, class_: str) -> list[tuple[str, str]]:
        if self.split.parts == "folders":
            images = self.contents.images[class_]
            return [(sha256, FOLDER_NAMES[folder.parent.name.lower()]) for folder, _, sha256 in images]
        return self.contents.brought(class_)

    @cached_property
    def _totals(self) -> dict[str, int]:
        """Specimens of each class that shows a shared one, those aside whose part the data bring."""
        brought = Counter(class_ for name in self._placed for class_ in self.specimens[name])
        classes = {class_ for shows in self.specimens.values() for class_ in shows}
        return {class_: (self.contents.most_specimens(class_) or 0) - brought[class_] for class_ in sorted(classes)}

    @cached_property
    def _names(self) -> dict[str, set[str]]:
        """By class, its named specimens."""
        return {class_: {NAMED + name for _, name in pairs} for class_, pairs in self.contents.named.items()}
