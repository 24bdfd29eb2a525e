"""The members of an ensemble: predictions of the same images by several trained classifiers, and what they are."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from augury.classifiers.recipe import Recipe
from augury.command.errors import UserError
from augury.ensembles import weights as weighing
from augury.ensembles.folders import FAMILY
from augury.prediction.calibration import calibrate, kept_of, scores_of
from augury.splits.identity import specimen_key
from augury.tables.description import read_description
from augury.tables.predictions import Predictions, Run, read_predictions, run_of


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """A trained classifier of an ensemble."""

    run: Run
    predictions: Predictions  # in the order of the first member's
    description: Mapping[str, Any]  # its classifier.json


def read_members(predictions: Sequence[Path], classifiers: Sequence[Path]) -> list[Member]:
    """Members with their rows in one order, matched by sha256. predictions, classifiers: one file per member.

    Raises UserError when there are fewer than two, when they are of several arms or splits, or when two did not judge
    the same images with the same true classes.
    """
    if len(predictions) < 2 or len(predictions) != len(classifiers):
        raise UserError(
            f"--predictions names {len(predictions)} files and --classifiers {len(classifiers)}; an ensemble needs two "
            "members at least, with both files of each"
        )
    members: list[Member] = []
    for path, described in zip(predictions, classifiers, strict=True):
        run, read = run_of(path), read_predictions(path)
        if run_of(described) != run:
            raise UserError(f"{described} is not of the classifier of {path}; name both lists in the same order")
        if members:
            first = members[0]
            if (run.arm, run.split) != (first.run.arm, first.run.split):
                raise UserError(f"{path} is not of arm {first.run.arm} and split {first.run.split}; leave it out")
            read = _aligned(read, first.predictions, path, predictions[0])
        members.append(Member(run, read, read_description(described)))
    return members


def combine(members: Sequence[Member], kind: str, recipe: Recipe | None = None) -> tuple[np.ndarray, np.ndarray, bool]:
    """Probabilities (N, K) of the ensemble, weights (M,), and whether validation images decided on the weights.

    kind: equal, or validation, which falls back on equal weights where there is no validation image. recipe: where the
    members were trained on every specimen, what the study's splits say of their weights.
    """
    first = members[0].predictions
    stacked = np.stack([member.predictions.probabilities for member in members])  # (M, N, K)
    judged = np.flatnonzero(first.part == "validation")
    weighed = kind == weighing.VALIDATION and len(judged) > 0
    of_truth = stacked[:, judged, first.labels[judged]].T  # (validation images, M)
    names = [member.run.classifier for member in members]
    weights = weighing.likeliest_weights(of_truth) if weighed else weighing.equal_weights(names)
    if recipe:
        weights, weighed = recipe.weights_of(names), kind == weighing.VALIDATION
    return weighing.mixture(stacked, weights), weights, weighed


def describe(
    name: str, members: Sequence[Member], mixed: np.ndarray, weights: np.ndarray, weighed: bool, seed: int
) -> dict[str, Any]:
    """The ensemble's classifier.json: what tables and use read of any classifier, and its members with their weights.

    mixed: its probabilities (N, K), which are calibrated by the validation part as a classifier's are. Its cost is that
    of its members: seconds, parameters and megabytes are their sums.
    """
    records, first = [member.description for member in members], members[0]
    named = [
        {"classifier": member.run.classifier, "seed": member.run.seed, "weight": float(f"{weight:.9g}")}
        for member, weight in zip(members, weights, strict=True)
    ]
    return {
        "classifier": name,
        "arm": first.run.arm,
        "arm_settings": records[0].get("arm_settings"),
        "split": first.run.split,
        "seed": seed,
        "classes": list(first.predictions.classes),
        "architecture": " + ".join(dict.fromkeys(member.run.classifier for member in members)),
        "settings": {"family": FAMILY, "weights": weighing.VALIDATION if weighed else weighing.EQUAL},
        "members": named,
        "calibration": _calibration(members, mixed, weights),
        "preparation": records[0].get("preparation"),
        "leaked": any(bool(record.get("leaked")) for record in records),
        "n_train": records[0].get("n_train"),
        "specimens": records[0].get("specimens"),
        "seconds": _sum(records, "seconds"),
        "parameters": _sum(records, "parameters"),
        "size_mb": _sum(records, "size_mb"),
        "pretrained": None,
        **{key: _common(records, key) for key in ("device", "threads", "precision")},
    }


def _calibration(members: Sequence[Member], mixed: np.ndarray, weights: np.ndarray) -> dict[str, Any]:
    # The scores of validation images stand in one order in all members' records; an image's is their weighted mean.
    first = members[0].predictions
    judged = np.flatnonzero(first.part == "validation")
    judged = judged[kept_of(len(judged))]
    labels = first.labels[judged]
    specimens = [specimen_key(label, name) for label, name in zip(labels.tolist(), first.specimen[judged], strict=True)]
    own = [scores_of(member.description) for member in members]
    whole = all(len(scores) == len(judged) for scores in own)
    return calibrate(mixed[judged], labels, specimens, weights @ np.stack(own) if whole else np.zeros(0)).record()


def _aligned(read: Predictions, first: Predictions, path: Path, first_path: Path) -> Predictions:
    """The rows of `read` in the order of `first`."""
    if read.classes != first.classes:
        raise UserError(f"{path} has other classes than {first_path}; train both on the same ones")
    row_of = {sha256: row for row, sha256 in enumerate(read.sha256.tolist())}
    absent = [name for name, sha256 in zip(first.path, first.sha256.tolist(), strict=True) if sha256 not in row_of]
    if absent or len(row_of) != len(first.sha256) or len(row_of) != len(read.sha256):
        such = f", such as {absent[0]}" if absent else ""
        raise UserError(f"{path} and {first_path} did not judge the same images{such}; train both on the same split")
    order = np.array([row_of[sha256] for sha256 in first.sha256.tolist()], dtype=np.int64)
    made = read.rows(order)
    differ = (made.labels != first.labels) | (made.part != first.part)
    if differ.any():
        name = first.path[int(np.argmax(differ))]
        raise UserError(
            f"{path} and {first_path} differ in the true class or the part of {name}; train both on the same split"
        )
    return made


def _sum(records: Sequence[Mapping[str, Any]], key: str) -> float | int | None:
    values = [record[key] for record in records if record.get(key) is not None]
    return None if len(values) < len(records) else round(sum(values), 3)


def _common(records: Sequence[Mapping[str, Any]], key: str) -> Any:
    values = {record.get(key) for record in records}
    return values.pop() if len(values) == 1 else None if key == "threads" else "several"
