"""How many specimens a division would test and train on, as far as a plan can tell: likeness may make them fewer."""

from collections import Counter
from collections.abc import Mapping

from augury.datasets import demo
from augury.planning.folders.contents import Contents
from augury.planning.study import Study
from augury.splits.borders import cut
from augury.splits.brought import FOLDER_NAMES
from augury.splits.plan import split_names
from augury.study.split import Split
from augury.tables.rows import PARTS
from augury.verdict.design import Design

MOST = 1000
JUDGED = ("validation", "test")
_KEYS = ("count", "test", "test_once", "train_once", "judged", "always")


class Division:
    """What a `split` section does to a study's specimens, whatever its repeats."""

    def __init__(self, contents: Contents, split: Split, most: int = MOST) -> None:
        """most: specimens of a class that are cut one by one; of more, the proportions are taken.

        Raises UserError where a class has too few specimens.
        """
        self.contents, self.split, self.most = contents, split, most
        self._cut_before: dict[int, list[tuple[str, ...]]] = {}
        self.shares = [self._shares(class_) for class_ in contents.classes]
        specimens = sum(each["count"] for each in self.shares)
        extra = sum(len(shown) - 1 for shown in contents.shared.specimens.values())
        self.distinct = (specimens - extra) / max(specimens, 1)  # one that shows several classes counts once
        self.total = {key: self.distinct * sum(each[key] for each in self.shares) for key in _KEYS}

    def design(self, repeats: int, n_seeds: int, n_generators: int) -> Design | None:
        """With so many repeats, and classifier and generator seeds per split; None where nothing is tested."""
        total = self.total
        if not total["test"]:
            return None
        n_splits = repeats * len(split_names(self.split.model_copy(update={"repeats": 1})))
        repeats = 1 if self.contents.brought_parts else repeats  # which test the same specimens then
        tested = self.distinct * sum(_union(each["count"], each["test"], repeats) for each in self.shares)
        # Judged by a split and not by another: trained on there, as verdict.sizes counts.
        changing = self.distinct * sum(
            _union(each["count"], each["judged"], repeats) - each["count"] * (each["always"] / each["count"]) ** repeats
            for each in self.shares
            if each["count"]
        )
        share = total["test"] / total["count"]
        return Design(
            n_splits=n_splits,
            n_seeds=n_seeds,
            n_generators=min(n_generators, n_seeds),
            tested=tested,
            tested_once=total["test_once"],
            trained=max(total["train_once"], changing),
            trained_once=total["train_once"],
            classes=sum(each["test"] > 0 for each in self.shares),
            evenness=total["count"] / (1 + (1 - share) / (repeats * share)) / tested,
        )

    def _shares(self, class_: str) -> dict[str, float]:
        """Of one repeat: specimens, those tested in any fold, in one, trained on in one, judged in any fold, in all."""
        contents, split = self.contents, self.split
        count = specimens_of(contents, class_)
        given = _given(contents, class_)
        brought = frozenset(contents.brought_parts) - {"train"}
        whole = "validation" in brought and not split.reserve
        placed = Counter(part for part in given.values() if part != "train" or whole)
        free = count - placed.total()
        few = min(free, self.most)
        splits = split_names(split.model_copy(update={"repeats": 1}))
        if few not in self._cut_before:
            parts = [cut(few, split, each, brought, class_) for each in splits] if few else []
            self._cut_before[few] = list(zip(*parts, strict=True))
        parts_of = self._cut_before[few]  # the parts of each specimen, fold by fold
        scale = free / few if few else 1.0
        judged = placed["validation"] + placed["test"]
        return {
            "count": count,
            "test": placed["test"] + scale * sum("test" in each for each in parts_of),
            "test_once": placed["test"] + scale * sum(each.count("test") for each in parts_of) / len(splits),
            "train_once": placed["train"] + scale * sum(each.count("train") for each in parts_of) / len(splits),
            "judged": judged + scale * sum(any(part in JUDGED for part in each) for each in parts_of),
            "always": judged + scale * sum(all(part in JUDGED for part in each) for each in parts_of),
        }


def specimens_of(contents: Contents, class_: str) -> int:
    """Specimens of a class by names and contents; of the demo also before it is fetched."""
    number = contents.most_specimens(class_)
    return len(demo.IMAGES[class_].split()) if number is None else number


def trained_images(study: Study, counts: Mapping[str, int]) -> float:
    """Images that a split trains on, at most, of so many of each class: all, unless `split.train` says how many.

    Specimens of a class have as many images each as they have in the mean.
    """
    train = study.config.split.train
    if train == "rest" or study.contents.brought_parts:
        return sum(counts.values())
    return sum(
        count * min(train / specimens_of(study.contents, class_) if train >= 1 else train, 1.0)
        for class_, count in counts.items()
    )


def _given(contents: Contents, class_: str) -> dict[str, str]:
    """specimen -> the latest part that the data give any of its images."""
    if not contents.brought_parts:
        return {}
    names, parts = dict(contents.named[class_]), contents.config.split.parts
    pairs = contents.brought(class_)
    if parts == "folders":
        pairs = [(sha256, FOLDER_NAMES[folder.parent.name.lower()]) for folder, _, sha256 in contents.images[class_]]
    part_of: dict[str, str] = {}
    for sha256, part in pairs:
        name = names.get(sha256, sha256)
        part_of[name] = max(part, part_of.get(name, part), key=PARTS.index)
    return part_of


def _union(count: float, number: float, repeats: int) -> float:
    """Expected distinct ones in any of so many independent draws of `number` of `count`."""
    return count * (1 - (1 - number / count) ** repeats) if count else 0.0
