"""Which images are explained: the same for every classifier and arm, by their hashes, some wrongly judged."""

from collections.abc import Sequence

import numpy as np

from augury.splits.identity import specimen_key
from augury.tables.grouping import grouped
from augury.tables.predictions import Predictions


def explained_part(predictions: Predictions) -> str:
    """The part whose images are shown: test, or validation where nothing was tested."""
    return "test" if (predictions.part == "test").any() else "validation"


def choose(predictions: Predictions, count: int) -> list[str]:
    """The sha256 of at most `count` images: half of them judged wrongly, where there are so many, then rightly.

    predictions: of the model that the choice is made by. Classes take turns, in their order; within one the smallest
    sha256 comes first, so none is picked for its looks. One image per specimen.
    """
    judged = predictions.of(explained_part(predictions))
    right = judged.predicted == judged.labels
    wrong, fine = _in_turns(judged, np.flatnonzero(~right)), _in_turns(judged, np.flatnonzero(right))
    seen: set[str] = set()
    chosen = [_once_a_specimen(judged, rows, seen) for rows in (wrong, fine)]
    least = max(count // 2, count - len(chosen[1]))
    mistakes = chosen[0][:least]
    return [str(judged.sha256[row]) for row in [*mistakes, *chosen[1][: count - len(mistakes)]]]


def _in_turns(judged: Predictions, rows: np.ndarray) -> list[int]:
    in_order = sorted(rows.tolist(), key=lambda row: str(judged.sha256[row]))
    by_class = grouped(in_order, lambda row: int(judged.labels[row]))
    queues = [by_class[label] for label in sorted(by_class)]
    longest = max(map(len, queues), default=0)
    return [queue[turn] for turn in range(longest) for queue in queues if turn < len(queue)]


def _once_a_specimen(judged: Predictions, rows: Sequence[int], seen: set[str]) -> list[int]:
    kept = []
    for row in rows:
        key = specimen_key(int(judged.labels[row]), str(judged.specimen[row]))
        if key not in seen:
            seen.add(key)
            kept.append(row)
    return kept
