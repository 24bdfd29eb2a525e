"""Folds of specimens that show several classes: how even, and how many specimens another one moves.

Beside scikit-learn's StratifiedGroupKFold, which evens out images and is drawn anew whenever a specimen comes. For each
design, over twenty sets: the root mean square and the largest deviation of a class's part of a fold from a fifth, in
specimens, the first of these in images as a share of the class's, and the specimens that change their fold when another
one comes. A class's own specimens, of that class alone, are divided by us as they always are.

Then: how often 95% intervals of the accuracy hold the true one, in 1,000 studies whose specimens show
two classes or more of four and are easy or hard in all of them; with such a specimen counted once, and, as a name
without its mark is, once in each class.

    python benchmarks/shared_specimens.py
"""

import random
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "workflow" / "scripts"))

from augury.metrics import intervals
from augury.splits.assign import assign_parts
from augury.splits.joint import JointDivision
from augury.splits.plan import split_names
from augury.splits.shared import Shared
from augury.study.split import Split
from augury.tables.rows import ImageRow

FOLDS, SETS = 5, 20
SETTINGS = Split(validation=0, test=0.2, folds=FOLDS)
# name: shared specimens, classes, most classes of one specimen, specimens of each class alone, most images of each
DESIGNS = {
    "10 shared of 30, two classes": (10, "ab", 2, 20, 1),
    "all 40 shared by two classes": (40, "ab", 2, 0, 1),
    "60 in pairs of eight classes": (60, "abcdefgh", 2, 0, 1),
    "100 in random subsets of eight": (100, "abcdefgh", 8, 0, 1),
    "the same, 1 to 20 images of each": (100, "abcdefgh", 8, 0, 20),
    "the same, and 10 alone a class": (100, "abcdefgh", 8, 10, 20),
}

Specimens = dict[str, dict[str, int]]  # specimen -> class -> images


def drawn(design: tuple[int, str, int, int, int], seed: int, more: int = 0) -> Specimens:
    """A set of specimens; `more` shared ones come last."""
    number, classes, most, alone, images = design
    draw = random.Random(seed)
    specimens = {f"g:alone-{class_}{n}": {class_: draw.randint(1, images)} for class_ in classes for n in range(alone)}
    for n in range(number + more):
        shown = sorted(draw.sample(classes, draw.randint(2, most)))
        specimens[f"g:{n}"] = {class_: draw.randint(1, images) for class_ in shown}
    return specimens


def ours(specimens: Specimens) -> dict[str, int]:
    """specimen -> fold, by the study's own division."""
    shared = {name: tuple(sorted(classes_of)) for name, classes_of in specimens.items() if len(classes_of) > 1}
    folds = {}
    for split in split_names(SETTINGS):
        parts, fold_of = JointDivision(shared, {}, SETTINGS, frozenset()).of(split)
        for class_ in sorted({class_ for classes_of in specimens.values() for class_ in classes_of}):
            rows = [
                ImageRow(name, "", class_, name, 9, 9, "L")
                for name, classes_of in specimens.items()
                if class_ in classes_of
            ]
            shared_parts = Shared(*({row.sha256: values[row.sha256] for row in rows if row.sha256 in values}
                            for values in (parts, {}, fold_of)))  # fmt: skip
            divided, _ = assign_parts(rows, {}, frozenset(), SETTINGS, split, shared_parts)
            folds |= {row.specimen: split.fold for row in divided if row.part == "test"}
    return folds


def theirs(specimens: Specimens) -> dict[str, int]:
    """The same by scikit-learn, which is given images."""
    rows = [(name, class_) for name, counts in specimens.items() for class_, n in counts.items() for _ in range(n)]
    names, labels = zip(*rows, strict=True)
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0).split(names, labels, names)
    return {names[index]: fold for fold, (_, tested) in enumerate(folds, start=1) for index in tested}


def deviations(specimens: Specimens, folds: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Of each class and fold, in specimens and in images as a share of the class's."""
    by_kind: list[list[float]] = [[], []]
    for class_ in sorted({class_ for shown in specimens.values() for class_ in shown}):
        for kind, weigh in enumerate((lambda images: 1, lambda images: images)):
            has: Counter = Counter()
            for name, shown in specimens.items():
                has[folds[name]] += weigh(shown[class_]) if class_ in shown else 0
            total = sum(has.values())
            scale = total if kind else 1
            by_kind[kind] += [(has[fold] - total / FOLDS) / scale for fold in range(1, FOLDS + 1)]
    return np.array(by_kind[0]), np.array(by_kind[1])


def chances(random: np.random.Generator, number: int) -> np.ndarray:
    """How probably specimens are called rightly, (number,)."""
    return 1 / (1 + np.exp(-1 - random.normal(0, 1.2, number)))


def judged(random: np.random.Generator, shared: int, alone: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Class, specimen's name and whether an answer is right, of each image: (N,) each."""
    labels, names, right = [], [], []
    shows = [random.choice(4, random.integers(2, 5), replace=False) for _ in range(shared)]
    shows += [[class_] for class_ in range(4) for _ in range(alone)]
    for number, classes in enumerate(shows):
        chance = chances(random, 1)[0]
        for class_ in classes:
            for _ in range(random.integers(1, 4)):
                labels.append(class_)
                names.append(f"g:{number}")
                right.append(random.random() < chance)
    return np.array(labels), np.array(names), np.array(right, dtype=float)


def coverage(shared: int, alone: int, studies: int = 1000) -> tuple[float, float]:
    """Share of the studies whose interval holds the truth: a specimen counted once, and once in each class."""
    random = np.random.default_rng(0)
    truth = chances(random, 1_000_000).mean()  # a specimen's chance has nothing to do with what it shows
    covered = np.zeros(2)
    for seed in range(studies):
        labels, names, right = judged(random, shared, alone)
        for way, called in enumerate((names, np.char.lstrip(names, "g:"))):
            units = intervals.units([(labels, called)])
            drawn = intervals.bootstrap_weights(units.strata, 400, seed)[:, units.indices[0]]
            low, high = intervals.percentile(drawn @ right / drawn.sum(axis=1))
            covered[way] += low <= truth <= high
    return tuple(covered / studies)


def main() -> None:
    fold_table()
    print("intervals: specimens of several classes, and of each class alone: counted once, once in each class")
    for shared, alone in ((12, 0), (30, 0), (60, 0), (20, 6), (5, 10)):
        once, each = coverage(shared, alone)
        print(f"{shared:3} {alone:3}:  {once:.1%}  {each:.1%}")


def fold_table() -> None:
    """The first of the tables."""
    print(f"{'design':34} {'':8} rms   largest  rms of images  moved by another")
    for name, design in DESIGNS.items():
        for who, divide in (("augury", ours), ("sklearn", theirs)):
            deviations_of_all, images, moved = [], [], []
            for seed in range(SETS):
                before, after = (drawn(design, seed, more) for more in (0, 1))
                first, second = divide(before), divide(after)
                one, other = deviations(before, first)
                deviations_of_all.append(one)
                images.append(other)
                moved.append(sum(second[each] != fold for each, fold in first.items()))
            rms = np.sqrt(np.mean(np.square(deviations_of_all)))
            most = np.mean([np.abs(each).max() for each in deviations_of_all])
            share = np.sqrt(np.mean(np.square(images)))
            print(
                f"{name:34} {who:8} {rms:.2f}  {most:.2f}     {share:6.1%}         {np.mean(moved):.1f} of {len(first)}"
            )


if __name__ == "__main__":
    main()
