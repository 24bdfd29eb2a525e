"""Properties of files that tell the class without any pixel: a rule of one property, judged in folds over specimens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

import numpy as np

from augury.metrics.intervals import bootstrap_weights, percentile
from augury.tables.inspection import ShortcutRow
from augury.tables.rows import HeaderRow, ImageRow

STORED = ("format", "ending", "mode", "size", "camera", "compression")  # how a file is stored; its values are texts
SHAPED = ("width", "height", "aspect")  # numbers; of images cut to their specimen they tell its form
FOLDS = 5
BINS = 10
REPLICATES = 1000
COMMON = 3  # images that have a value, for it to be one of its own
_ALIASES = {"jpeg": "jpg", "jpe": "jpg", "tiff": "tif"}


@dataclass(frozen=True, slots=True)
class Labelled:
    """Images with their class and specimen, (N,) each, as numbers."""

    labels: np.ndarray
    specimens: np.ndarray
    classes: Sequence[str]


def properties(rows: Sequence[ImageRow], headers: Sequence[HeaderRow] = ()) -> dict[str, list]:
    """What is known of each file, by property, in the order of the rows; headers: of the same images, or none."""
    stored = {
        name: [getattr(header, name) or "none" for header in headers] for name in ("format", "camera", "compression")
    }
    return (stored if headers else {}) | {
        "ending": [_ending(row.path) for row in rows],
        "mode": [row.mode for row in rows],
        "size": [f"{row.width} x {row.height}" for row in rows],
        "width": [float(row.width) for row in rows],
        "height": [float(row.height) for row in rows],
        "aspect": [row.width / row.height for row in rows],
    }


def shortcuts(known: Mapping[str, Sequence], images: Labelled) -> list[ShortcutRow]:
    """A row per property that differs at all, the most telling first."""
    rows = [_shortcut(name, values, images) for name, values in known.items() if len(set(values)) > 1]
    return sorted(rows, key=lambda row: (-row.accuracy, row.property))


def _shortcut(name: str, values: Sequence, images: Labelled) -> ShortcutRow:
    names, codes = (np.array([]), _binned(np.array(values))) if name in SHAPED else _coded(values)
    right = _predicted_right(codes, images)
    accuracy, low, high = _balanced(right, images)
    row = ShortcutRow(name, accuracy, low, high, 1 / len(images.classes), "", "", None, None, None)
    return _with_most_telling(row, names, codes, images) if len(names) else row


def _coded(values: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """The values of COMMON images or more, and the number of each image's (N,); all others have the next number."""
    names, codes, counts = np.unique(np.array(values), return_inverse=True, return_counts=True)
    common = counts >= COMMON
    new_codes = np.where(common, np.cumsum(common) - 1, common.sum())
    return names[common], new_codes[codes]


def _predicted_right(codes: np.ndarray, images: Labelled) -> np.ndarray:
    """Whether each image's class is predicted by the commonest class of its value in other folds, (N,)."""
    folds = images.specimens % FOLDS
    right = np.zeros(len(codes), bool)
    for fold in range(FOLDS):
        held_out = folds == fold
        counts = _counts(codes, images, ~held_out)
        shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
        known = shares.max(0) > 0
        right[held_out] = (shares.argmax(0)[codes[held_out]] == images.labels[held_out]) & known[codes[held_out]]
    return right


def _counts(codes: np.ndarray, images: Labelled, of: np.ndarray) -> np.ndarray:
    """Images of each class with each value, (classes, values)."""
    counts = np.zeros((len(images.classes), codes.max() + 1))
    np.add.at(counts, (images.labels[of], codes[of]), 1)
    return counts


def _balanced(right: np.ndarray, images: Labelled) -> tuple[float, float, float]:
    """Mean of the classes' shares, with its interval from drawing specimens anew within each class."""
    # A specimen with images in two classes counts in each.
    cells = images.specimens * len(images.classes) + images.labels
    _, first, cell_of = np.unique(cells, return_index=True, return_inverse=True)
    strata = images.labels[first]
    hits, sizes = np.bincount(cell_of, right), np.bincount(cell_of)
    weights = np.concatenate([np.ones((1, len(first))), bootstrap_weights(strata, REPLICATES)])
    shares = []
    for label in range(len(images.classes)):
        of = strata == label
        shares.append((weights[:, of] @ hits[of]) / np.maximum(weights[:, of] @ sizes[of], 1e-9))
    means = np.mean(shares, axis=0)
    low, high = percentile(means[1:])
    return float(means[0]), float(low), float(high)


def _with_most_telling(row: ShortcutRow, names: np.ndarray, codes: np.ndarray, images: Labelled) -> ShortcutRow:
    """The row with the class and the value, their shares, and how far one is beyond the other."""
    counts = _counts(codes, images, np.ones(len(codes), bool))
    sizes = counts.sum(1, keepdims=True)
    shares, careful = counts / np.maximum(sizes, 1), (counts + 1) / (sizes + 2)
    beyond = (careful - _of_others(careful))[:, : len(names)]
    label, code = map(int, np.unravel_index(np.argmax(beyond), beyond.shape))
    share, others, most = (float(each[label, code]) for each in (shares, _of_others(shares), beyond))
    class_, value = images.classes[label], str(names[code])
    return replace(row, class_=class_, value=value, share=share, share_others=others, beyond=most)


def _of_others(shares: np.ndarray) -> np.ndarray:
    return (shares.sum(0) - shares) / max(len(shares) - 1, 1)


def _binned(values: np.ndarray) -> np.ndarray:
    edges = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1]))
    return np.searchsorted(edges, values, side="right")


def _ending(path: str) -> str:
    ending = PurePath(path).suffix.lower().removeprefix(".")
    return _ALIASES.get(ending, ending) or "none"
