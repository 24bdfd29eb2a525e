"""The classes that some measures look at: frequent and rare ones, and the one that the baseline finds least.

The latter is chosen by the split's validation images, and is the same for both arms. Chosen by test images, the
baseline's bad luck would be the arm's gain; and the least recall of either side would favour an arm with one bad class
over one with several, as chance has more to choose from. benchmarks/worst_class.py has how often either errs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from augury.metrics import balance
from augury.metrics.classification import confusion, nan_mean, precision_recall_f1
from augury.splits.identity import specimen_key
from augury.tables.predictions import Predictions
from augury.verdict.runs import Pair


@dataclass(frozen=True, slots=True)
class Groups:
    """Classes (K,) bool; none where there is nothing to choose by."""

    frequent: np.ndarray  # by distinct test specimens of all splits
    rare: np.ndarray
    worst_class: Mapping[str, np.ndarray]  # by split

    def looked_at(self, measure: str, split: str) -> np.ndarray | None:
        """The classes that limit what a measure can tell; None where it is all of them."""
        if measure == "worst_class_recall":
            return self.worst_class[split]
        return self.rare if measure == "recall_gap" else None


def read_groups(pairs: Sequence[Pair]) -> Groups:
    """From the runs of one baseline and classifier."""
    classes = len(pairs[0].baseline.classes)
    specimens = set()
    recalls: dict[str, list[np.ndarray]] = {}
    for pair in pairs:
        labels, names = pair.baseline.labels.tolist(), pair.baseline.specimen.tolist()
        specimens |= {(label, specimen_key(label, name)) for label, name in zip(labels, names, strict=True)}
        recalls.setdefault(pair.key.split, []).append(_recall(pair.validation and pair.validation[0], classes))
    frequent, rare = balance.frequent_and_rare(np.bincount([label for label, _ in specimens], minlength=classes))
    worst_class = {split: balance.worst_class(nan_mean(np.stack(recall), axis=0)) for split, recall in recalls.items()}
    return Groups(frequent, rare, worst_class)


def _recall(table: Predictions | None, classes: int) -> np.ndarray:
    if table is None:
        return np.full(classes, np.nan)
    return precision_recall_f1(confusion(table.labels, table.predicted, classes))[1][0]
