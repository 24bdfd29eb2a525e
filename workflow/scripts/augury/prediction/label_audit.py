"""Which labels are worth a second look: confident learning over predictions of images that were not trained on.

Probabilities of an image are averaged over the runs that held it out, then cleanlab compares them with the labels
(Northcutt, Jiang and Chuang 2021, arXiv:1911.00068): a class's bar is its mean probability among images labelled so;
as many labels of a class are doubted as there are images of it that stand above another class's bar.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores

from augury.command.errors import UserError
from augury.tables.predictions import Predictions
from augury.tables.unknown import DoubtRow


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Images that runs judged without having trained on them, each once; N images, K classes."""

    sha256: list[str]
    path: list[str]
    labels: np.ndarray  # (N,)
    probabilities: np.ndarray  # (N, K), mean over runs
    votes: np.ndarray  # (N, K) runs whose answer is the class
    classes: tuple[str, ...]


def gather(runs: Sequence[Predictions], parts: Sequence[str]) -> HeldOut:
    """The images of `parts`, sorted by label and sha256. Raises UserError where runs know different classes."""
    classes = runs[0].classes
    if any(run.classes != classes for run in runs):
        raise UserError("the predictions know different classes; audit the runs of one dataset at a time")
    sums: dict[tuple[int, str], np.ndarray] = {}
    votes: dict[tuple[int, str], np.ndarray] = {}
    paths: dict[tuple[int, str], str] = {}
    for run in runs:
        for index in np.flatnonzero(np.isin(run.part, list(parts))):
            key = int(run.labels[index]), str(run.sha256[index])
            vote = np.eye(len(classes), dtype=np.int64)[run.probabilities[index].argmax()]
            sums[key] = sums.get(key, 0) + run.probabilities[index]
            votes[key] = votes.get(key, 0) + vote
            paths[key] = str(run.path[index])
    if not sums:
        raise UserError(f"no image is of the {' or '.join(parts)} part; give the split one, or folds")
    keys = sorted(sums)
    counted = np.stack([votes[key] for key in keys])
    probabilities = np.stack([sums[key] for key in keys]) / counted.sum(axis=1, keepdims=True)
    labels = np.array([label for label, _ in keys])
    return HeldOut([sha for _, sha in keys], [paths[key] for key in keys], labels, probabilities, counted, classes)


def doubts(predicted: HeldOut) -> list[DoubtRow]:
    """The images whose labels are worth a second look, those of the least label quality first."""
    present = np.unique(predicted.labels)
    if len(present) < 2:
        return []
    # Classes without an image have no bar, and none could be suggested.
    labels = np.searchsorted(present, predicted.labels)
    probabilities = predicted.probabilities[:, present]
    probabilities = probabilities / probabilities.sum(axis=1, keepdims=True)
    doubted = find_label_issues(labels, probabilities, n_jobs=1)
    quality = get_label_quality_scores(labels, probabilities)
    rows = []
    for index in np.flatnonzero(doubted):
        suggested = present[probabilities[index].argmax()]
        if suggested == predicted.labels[index]:
            continue
        rows.append(
            DoubtRow(
                path=predicted.path[index],
                class_=predicted.classes[predicted.labels[index]],
                suggested=predicted.classes[suggested],
                quality=float(quality[index]),
                suggested_probability=float(predicted.probabilities[index, suggested]),
                runs=int(predicted.votes[index].sum()),
                agree=int(predicted.votes[index, suggested]),
                sha256=predicted.sha256[index],
            )
        )
    return sorted(rows, key=lambda row: (row.quality, row.sha256))
