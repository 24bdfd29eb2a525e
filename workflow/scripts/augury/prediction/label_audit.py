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
        for place in np.flatnonzero(np.isin(run.part, list(parts))):
            key = int(run.labels[place]), str(run.sha256[place])
            said = np.eye(len(classes), dtype=np.int64)[run.probabilities[place].argmax()]
            sums[key] = sums.get(key, 0) + run.probabilities[place]
            votes[key] = votes.get(key, 0) + said
            paths[key] = str(run.path[place])
    if not sums:
        raise UserError(f"no image is of the {' or '.join(parts)} part; give the split one, or folds")
    keys = sorted(sums)
    counted = np.stack([votes[key] for key in keys])
    probabilities = np.stack([sums[key] for key in keys]) / counted.sum(axis=1, keepdims=True)
    labels = np.array([label for label, _ in keys])
    return HeldOut([sha for _, sha in keys], [paths[key] for key in keys], labels, probabilities, counted, classes)


def doubts(held: HeldOut) -> list[DoubtRow]:
    """The images whose labels are worth a second look, those of the least label quality first."""
    present = np.unique(held.labels)
    if len(present) < 2:
        return []
    # Classes without an image have no bar, and none could be suggested.
    labels = np.searchsorted(present, held.labels)
    probabilities = held.probabilities[:, present]
    probabilities = probabilities / probabilities.sum(axis=1, keepdims=True)
    doubted = find_label_issues(labels, probabilities, n_jobs=1)
    quality = get_label_quality_scores(labels, probabilities)
    rows = []
    for place in np.flatnonzero(doubted):
        suggested = present[probabilities[place].argmax()]
        if suggested == held.labels[place]:
            continue
        rows.append(
            DoubtRow(
                path=held.path[place],
                class_=held.classes[held.labels[place]],
                suggested=held.classes[suggested],
                quality=float(quality[place]),
                suggested_probability=float(held.probabilities[place, suggested]),
                runs=int(held.votes[place].sum()),
                agree=int(held.votes[place, suggested]),
                sha256=held.sha256[place],
            )
        )
    return sorted(rows, key=lambda row: (row.quality, row.sha256))
