"""Which labels are worth a second look: confident learning over predictions of images that were not trained on.

Probabilities of an image are averaged over the runs that held it out, then cleanlab compares them with the labels
(Northcutt, Jiang and Chuang 2021, arXiv:1911.00068): a class's bar is its mean probability among images labelled so;
as many labels of a class are doubted as there are images of it that stand above another class's bar.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores

from augury.command.errors import UserError
from augury.inspection.misfiled import misfiled
from augury.tables.predictions import Predictions
from augury.tables.rows import SplitRow
from augury.tables.unknown import DoubtRow

SEVERAL = 3  # doubted labels of a pair that are told together


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Images that runs judged without having trained on them, each once; N images, K classes."""

    sha256: list[str]
    path: list[str]
    labels: np.ndarray  # (N,)
    probabilities: np.ndarray  # (N, K), mean over runs
    votes: np.ndarray  # (N, K) runs whose answer is the class
    classes: tuple[str, ...]
    rows: Sequence[SplitRow] = ()  # of all images of the study, also those that were not judged, where they are known


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


def doubts(predicted: HeldOut, odds: float | None = None) -> list[DoubtRow]:
    """The images whose labels are worth a second look, those of the least label quality first.

    odds: doubted are labels than which another class is so many times as probable; without it, by confident learning.
    """
    present = np.unique(predicted.labels)
    if len(present) < 2:
        return []
    # Classes without an image have no bar, and none could be suggested.
    labels = np.searchsorted(present, predicted.labels)
    probabilities = predicted.probabilities[:, present]
    probabilities = probabilities / probabilities.sum(axis=1, keepdims=True)
    quality = get_label_quality_scores(labels, probabilities)
    if odds is None:
        doubted = find_label_issues(labels, probabilities, n_jobs=1)
    else:
        doubted = probabilities.max(axis=1) >= odds * quality
    answers = present[probabilities.argmax(axis=1)]
    found = np.flatnonzero(doubted & (answers != predicted.labels))
    rows = [_row(predicted, index, int(answers[index]), float(quality[index])) for index in found.tolist()]
    return sorted(rows, key=lambda row: (row.quality, row.sha256))


def with_names(rows: Sequence[DoubtRow], predicted: HeldOut) -> tuple[list[DoubtRow], list[str]]:
    """The doubts, before them the images whose file's name speaks of another class; and what is to be told of names."""
    labels = [predicted.classes[label] for label in predicted.labels]
    named, sentences = misfiled(predicted.path, labels)
    known = {(row.class_, row.sha256): row for row in rows}
    first = []
    for index, other in named.items():
        own = float(predicted.probabilities[index, predicted.labels[index]])
        row = known.pop((labels[index], predicted.sha256[index]), None)
        row = row or _row(predicted, index, predicted.classes.index(other), own)
        first.append(replace(row, named=other))
    return [*sorted(first, key=lambda row: (row.quality, row.sha256)), *known.values()], sentences


def pairs(rows: Sequence[DoubtRow], predicted: HeldOut) -> list[str]:
    """A sentence for each pair of classes, the largest first, of which several labels are doubted in one direction."""
    counts = Counter((row.class_, row.suggested) for row in rows)
    sizes = np.bincount(predicted.labels, minlength=len(predicted.classes))
    return [
        f"{count} of {sizes[predicted.classes.index(class_)]} images labelled {class_} look like {suggested}"
        for (class_, suggested), count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        if count >= SEVERAL
    ]


def _row(predicted: HeldOut, index: int, suggested: int, quality: float) -> DoubtRow:
    return DoubtRow(
        path=predicted.path[index],
        class_=predicted.classes[predicted.labels[index]],
        suggested=predicted.classes[suggested],
        named="",
        quality=quality,
        suggested_probability=float(predicted.probabilities[index, suggested]),
        runs=int(predicted.votes[index].sum()),
        agree=int(predicted.votes[index, suggested]),
        sha256=predicted.sha256[index],
    )
