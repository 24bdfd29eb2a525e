"""The recipe of a last training, without images kept apart: what the trainings of a study's splits found by theirs.

An epoch to stop at, on the same schedule: the mean of the epochs that were kept. A calibration, made of the validation
predictions of all trainings together: those trainings saw fewer specimens, so that it doubts a little too much. Of an
ensemble the weights of its classifiers, means over its runs.
"""

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from augury.command.errors import UserError
from augury.prediction.calibration import calibrate, kept_of, scores_of
from augury.splits.identity import specimen_key
from augury.tables.description import read_description, save_description
from augury.tables.predictions import Predictions
from augury.tables.rows import SplitRow

NOTE = "trained on every specimen of the study, so that no image is left to test it: it has no test score of its own"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What recipe.json holds."""

    arm: str
    classifier: str  # or an ensemble
    trainings: int  # that it is made from
    splits: Sequence[str]
    best_epochs: Sequence[int]  # that they kept; none of an ensemble
    epoch: int | None  # after which the last training ends; None of an ensemble
    calibration: Mapping[str, Any]  # as in classifier.json
    weights: Mapping[str, float] | None  # of an ensemble's classifiers, with 1 in all
    leaked: bool  # whether any of the trainings leaked
    scales: Mapping[str, Any] | None = None  # of scores, as under `reference` in classifier.json; None of an ensemble

    def record(self) -> dict[str, Any]:
        """What the classifier.json of the last training says by it; nothing without a recipe."""
        return {"calibration": dict(self.calibration), "final": NOTE} if self.trainings else {}

    def weights_of(self, classifiers: Sequence[str]) -> np.ndarray:
        """(M,) of an ensemble's members; a classifier's weight is shared by its runs. classifiers: (M,)."""
        known = self.weights or {}
        return np.array([known[name] / classifiers.count(name) for name in classifiers])


NONE = Recipe("", "", 0, (), (), None, {}, None, False)  # of a training on a split of the study


def recipe_of(records: Sequence[Mapping[str, Any]], predictions: Sequence[Predictions]) -> Recipe:
    """The recipe of one classifier or ensemble on one arm. records: classifier.json of each training."""
    names = {(record["arm"], record["classifier"]) for record in records}
    if len(names) != 1:
        raise UserError("the trainings are of several arms or classifiers; name those of one")
    [(arm, classifier)] = names
    kept = [record["best_epoch"] for record in records if record.get("best_epoch") is not None]
    return Recipe(
        arm=arm,
        classifier=classifier,
        trainings=len(records),
        splits=list(dict.fromkeys(record["split"] for record in records)),
        best_epochs=kept,
        epoch=max(1, int(np.mean(kept) + 0.5)) if kept else None,
        calibration=_calibration(records, predictions),
        weights=_weights(records) if "members" in records[0] else None,
        leaked=any(bool(record.get("leaked")) for record in records),
        scales=_scales(records),
    )


def save_recipe(path: Path, recipe: Recipe) -> None:
    """Write recipe.json."""
    save_description(path, dataclasses.asdict(recipe))


def read_recipe(path: Path) -> Recipe:
    """Raises UserError where the file is missing, damaged or no recipe."""
    record = read_description(path)
    try:
        return Recipe(**record)
    except TypeError as error:
        raise UserError(f"{path} is no recipe of a last training ({error}); run fix_recipe again") from None


def of_training(path: Path | None, arm: str, classifier: str, apart: Sequence[SplitRow]) -> Recipe:
    """The recipe of a training on every specimen; NONE without a path. apart: images that it is not trained on.

    Raises UserError where it is another classifier's, or where images are kept apart: they would be no evidence.
    """
    if path is None:
        return NONE
    recipe = read_recipe(path)
    if (recipe.arm, recipe.classifier) != (arm, classifier):
        raise UserError(
            f"{path} is the recipe of {recipe.classifier} on {recipe.arm}, not of {classifier} on {arm}; give its own"
        )
    if apart:
        raise UserError(
            f"--recipe is for a training on every specimen, and {len(apart)} images are kept apart by its splits; give "
            "the tables that join_parts makes, or leave --recipe out"
        )
    return recipe


def _calibration(records: Sequence[Mapping[str, Any]], predictions: Sequence[Predictions]) -> dict[str, Any]:
    judged = [each.of("validation") for each in predictions]
    judged = [each.rows(kept_of(len(each.labels))) for each in judged]
    labels = np.concatenate([each.labels for each in judged])
    names = np.concatenate([each.specimen for each in judged])
    scores = np.concatenate([scores_of(record) for record in records])
    return calibrate(
        np.concatenate([each.probabilities for each in judged]),
        labels,
        [specimen_key(label, name) for label, name in zip(labels.tolist(), names, strict=True)],
        scores if len(scores) == len(labels) else np.zeros(0),
    ).record()


def _scales(records: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    # Means over the trainings.
    known = [(record.get("reference") or {}).get("scales") or {} for record in records]
    if not all(known):
        return None
    return {name: np.mean([each[name] for each in known], axis=0).tolist() for name in known[0]}


def _weights(records: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    total: Counter[str] = Counter()
    for record in records:
        for member in record["members"]:
            total[member["classifier"]] += member["weight"] / len(records)
    return dict(total)
