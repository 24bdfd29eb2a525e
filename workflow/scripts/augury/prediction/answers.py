"""The lines of a table of predictions for images without a known class.

Columns: path, predicted, probability; `predicted:2`, `probability:2` and so on for the runners-up; out_of_distribution,
score; then `rank:NAME` and `rank_probability:NAME` for each rank of a taxonomy; then `p:CLASS` for each class, in class
order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from augury.metrics.ranks import Level
from augury.tables.predictions import PREFIX

_SLACK = 1e-5  # of a score: another machine's last digits make no image out-of-distribution


@dataclass(frozen=True, slots=True)
class Answers:
    """How what a classifier says of an image becomes a line."""

    classes: Sequence[str]
    threshold: float  # of the score, above which an image is out-of-distribution
    top: int  # classes that are named, the best one included
    levels: Sequence[Level]  # ranks whose taxa are named

    def header(self) -> list[str]:
        """Names of the columns."""
        runners_up = [name for n in range(2, self._named() + 1) for name in (f"predicted:{n}", f"probability:{n}")]
        ranks = [name for level in self.levels for name in (f"rank:{level.rank}", f"rank_probability:{level.rank}")]
        own = [PREFIX + name for name in self.classes]
        return ["path", "predicted", "probability", *runners_up, "out_of_distribution", "score", *ranks, *own]

    def lines(self, paths: Sequence[Path], probabilities: np.ndarray, scores: np.ndarray) -> Iterator[list[object]]:
        """One line per image, as long as the header. probabilities: (N, K), calibrated. scores: (N,)."""
        order = np.argsort(-probabilities, axis=1, kind="stable")[:, : self._named()]
        summed = [level.sums(probabilities) for level in self.levels]
        for row, path in enumerate(paths):
            named = [cell for k in order[row] for cell in (self.classes[k], float(probabilities[row, k]))]
            ranks = []
            for level, sums in zip(self.levels, summed, strict=True):
                best = sums[row].argmax()
                ranks += [level.names[best], float(sums[row, best])]
            score = float(scores[row])
            yield [str(path), *named, score > self.threshold + _SLACK, score, *ranks, *probabilities[row].tolist()]

    def _named(self) -> int:
        return max(1, min(self.top, len(self.classes)))
