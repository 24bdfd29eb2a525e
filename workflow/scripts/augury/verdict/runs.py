"""Predictions of an arm and of its baseline, found in folders or given one by one, and paired run by run."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from augury.command.errors import UserError
from augury.metrics.temperature import Fitted
from augury.metrics.temperature_prior import UNFITTED, fit_with_prior
from augury.splits.plan import FINAL
from augury.tables.description import read_description
from augury.tables.predictions import Predictions, read_predictions, run_of
from augury.tables.table import read_cells

TEST, VALIDATION = "test", "validation"
_SEED = re.compile(r"[-_./]*seed[-_]?(\d+)", re.IGNORECASE)
_WORD = re.compile(r"[-_./]*predictions", re.IGNORECASE)


class Key(NamedTuple):
    """A run among those of one arm."""

    classifier: str
    split: str
    seed: int


@dataclass(frozen=True, slots=True)
class Side:
    """An arm and the file of each of its runs."""

    name: str
    runs: Mapping[Key, Path]
    left_out: Mapping[str, Collection[str]] = field(default_factory=dict)  # sha256 of test images, by split

    def counted(self, split: str, table: Predictions) -> Predictions:
        """The rows without those that are left out."""
        left_out = self.left_out.get(split)
        return table.rows(~np.isin(table.sha256, list(left_out))) if left_out else table


@dataclass(frozen=True, slots=True)
class Pair:
    """The test images of one split as two classifiers of equal split and seed saw them, in the same order."""

    key: Key
    baseline: Predictions
    arm: Predictions
    leaked: bool
    validation: tuple[Predictions, Predictions] | None = None  # the validation images of either side, if any
    fitted: tuple[Fitted, Fitted] = (UNFITTED, UNFITTED)  # temperature of either side
    trained_once: Key | None = None  # the baseline's run, where it stands for several seeds

    @property
    def partner(self) -> Key:
        """The baseline's run."""
        return self.trained_once or self.key


def find_side(sources: Sequence[Path]) -> Side:
    """The runs in folders (every table below them with `predictions` in its name) and files.

    What was trained on every specimen is passed over. Raises UserError where there are none, where two files are the
    same run, or where they are of several arms.
    """
    runs: dict[Key, Path] = {}
    names: dict[str, Path] = {}
    for source in sources:
        for path in _files(source):
            name, key = _identify(path, source)
            if key.split == FINAL and not len(read_predictions(path).labels):
                continue  # trained on every specimen, to be handed over: nothing judges it
            if key in runs:
                raise UserError(
                    f"{runs[key]} and {path} are both split '{key.split}', seed {key.seed}; give each split a folder "
                    "of its own, and each seed one named seed0, seed1 and so on"
                )
            runs[key] = path
            names[name] = path
    if not runs:
        raise UserError(
            f"{sources[0]} was trained on every specimen, so that no image is left to judge it by; name the folders of "
            "the study's splits"
        )
    if len(names) > 1:
        raise UserError(
            f"{' and '.join(map(str, names.values()))} are of different arms; give each an --arm of its own"
        )
    return Side(next(iter(names)), runs)


def check_names(comparisons: Sequence[tuple[Side, Side]]) -> None:
    """Raise UserError where two arms have one name, as rows could not tell them apart, or two comparisons are one."""
    known: dict[str, Side] = {}
    for side in (side for pair in comparisons for side in pair):
        other = known.setdefault(side.name, side)
        if other.runs != side.runs:
            first, second = (next(iter(each.runs.values())) for each in (other, side))
            raise UserError(f"{first} and {second} are both of an arm '{side.name}'; give folders of arms other names")
    names = [(baseline.name, arm.name) for baseline, arm in comparisons]
    for baseline, arm in names:
        if names.count((baseline, arm)) > 1:
            raise UserError(f"'{arm}' is compared with '{baseline}' twice; name it once")


def read_pairs(baseline: Side, arm: Side, deterministic: Collection[str] = ()) -> list[Pair]:
    """Every run of the arm beside the baseline's, ordered by classifier, split and seed.

    Of several classifiers, those that the arm has not been trained with are left out.
    deterministic: classifiers that were trained once on each training set; where one side has fewer seeds of a split,
    its runs stand for the other side's seeds, going round. Raises UserError where a run lacks its partner, or where
    partners do not judge the same test images.
    """
    partners = {}
    of_arm = {key.classifier for key in arm.runs}
    shared = of_arm & {key.classifier for key in baseline.runs}
    for side, other in ((baseline, arm), (arm, baseline)):
        for key in side.runs:
            if shared and key.classifier not in of_arm:
                continue
            rows = (
                key if key in other.runs else _standing(key, side, other) if key.classifier in deterministic else None
            )
            if rows is None:
                raise UserError(
                    f"{side.runs[key]} has no partner: '{other.name}' has no split '{key.split}' with seed {key.seed}"
                    f"{f' of classifier {key.classifier!r}' if key.classifier else ''}; give both the same runs"
                )
            partners[key] = (key, rows) if side is baseline else (rows, key)
    order_of = {key[:2]: index for index, key in reversed(list(enumerate(baseline.runs)))}
    order = {key: index for index, key in enumerate(partners)}
    return [
        _pair(key, partners[key], (baseline, arm))
        for key in sorted(partners, key=lambda key: (order_of[key[:2]], order[key]))
    ]


def _standing(key: Key, side: Side, other: Side) -> Key | None:
    of_split, of_other = ([each for each in runs if each[:2] == key[:2]] for runs in (side.runs, other.runs))
    return of_other[of_split.index(key) % len(of_other)] if of_other else None


def distinct(pairs: Sequence[Pair]) -> list[bool]:
    """Whether each pair differs from all before it of its split in any probability.

    A classifier without randomness gives the same predictions for every seed: such runs are one.
    """
    kept: list[Pair] = []
    answers = []
    for pair in pairs:
        again = any(
            other.key.split == pair.key.split
            and np.array_equal(other.baseline.probabilities, pair.baseline.probabilities)
            and np.array_equal(other.arm.probabilities, pair.arm.probabilities)
            for other in kept
        )
        answers.append(not again)
        kept += [] if again else [pair]
    return answers


def _pair(key: Key, partners: tuple[Key, Key], sides: tuple[Side, Side]) -> Pair:
    first, second = (side.runs[partner] for side, partner in zip(sides, partners, strict=True))
    whole = [read_predictions(path) for path in (first, second)]
    tables = [_sorted(side.counted(key.split, table.of(TEST))) for side, table in zip(sides, whole, strict=True)]
    for path, table in zip((first, second), tables, strict=True):
        if not len(table.labels):
            raise UserError(f"{path} has no row whose part is test; a verdict needs test images")
    one, other = tables
    if one.classes != other.classes:
        raise UserError(f"{first} and {second} know different classes; train both on the same classes, in one order")
    if not np.array_equal(one.sha256, other.sha256):
        alone = len(set(one.sha256) ^ set(other.sha256))
        raise UserError(
            f"{first} and {second} judge different test images ({alone} are in one of them alone, by sha256); "
            "let both judge the same images"
        )
    differing = (one.labels != other.labels) | (one.specimen != other.specimen)
    if differing.any():
        raise UserError(
            f"{first} and {second} disagree about the class or specimen of {one.path[np.argmax(differing)]}; "
            "let both judge the same images"
        )
    known, others = (_sorted(table.of(VALIDATION)) for table in whole)
    fitted = _fitted(known), _fitted(others)
    return Pair(key, one, other, leaks(first) or leaks(second), (known, others), fitted, partners[0])


def _fitted(table: Predictions) -> Fitted:
    return fit_with_prior(table.probabilities, table.labels)


def _sorted(table: Predictions) -> Predictions:
    return table.rows(np.lexsort((table.labels, table.sha256)))


def _files(source: Path) -> list[Path]:
    if not source.is_dir():
        if not source.exists():
            raise UserError(f"there is no {source}; name a folder of predictions, or a file of them")
        return [source]
    paths = sorted(path for path in source.rglob("*.tsv") if "predictions" in path.name.lower())
    if not paths:
        raise UserError(f"{source} holds no predictions.tsv, nor do its folders; name a folder that does")
    return paths


def _identify(path: Path, source: Path) -> tuple[str, Key]:
    try:
        run = run_of(path)
        return run.arm, Key(run.classifier, run.split, run.seed)
    except UserError:
        pass  # not of the workflow: the place names the arm, and what lies below it the split and the seed
    root = source if source.is_dir() else source.parent
    below = path.relative_to(root).with_suffix("").as_posix()
    seed = _SEED.search(below)
    split = _WORD.sub("", _SEED.sub("", below)).strip("-_./")
    return root.absolute().name, Key("", split or "split", int(seed[1]) if seed else 0)


def leaks(path: Path) -> bool:
    """Whether what lies beside the predictions says that their run leaks."""
    description, table = path.with_name("classifier.json"), path.with_name("leaks.tsv")
    if description.is_file() and read_description(description).get("leaked"):
        return True
    return table.is_file() and bool(read_cells(table)[1])
