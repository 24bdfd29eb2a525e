"""The lines of a table of predictions for images without a known class.

Columns: path, predicted, probability; `predicted:2`, `probability:2` and so on for the runners-up; prediction_set,
the classes that the image may be of, joined by |; abstained, out_of_distribution, score; then `rank:NAME` and
`rank_probability:NAME` for each rank of a taxonomy; then `p:CLASS` for each class, in class order. What nothing
supports is empty.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from augury.metrics import abstention
from augury.metrics.conformal import prediction_sets
from augury.metrics.ranks import Level
from augury.prediction.limits import Limits, are_foreign
from augury.tables.predictions import PREFIX

JOINT = "|"


@dataclass(frozen=True, slots=True)
class Answers:
    """How what a classifier says of an image becomes a line."""

    classes: Sequence[str]
    limits: Limits
    top: int  # classes that are named, the best one included
    levels: Sequence[Level]  # ranks whose taxa are named

    def header(self) -> list[str]:
        """Names of the columns."""
        runners_up = [name for n in range(2, self._named() + 1) for name in (f"predicted:{n}", f"probability:{n}")]
        ranks = [name for level in self.levels for name in (f"rank:{level.rank}", f"rank_probability:{level.rank}")]
        own = [PREFIX + name for name in self.classes]
        said = ["prediction_set", "abstained", "out_of_distribution", "score"]
        return ["path", "predicted", "probability", *runners_up, *said, *ranks, *own]

    def lines(self, paths: Sequence[Path], probabilities: np.ndarray, scores: np.ndarray) -> Iterator[list[object]]:
        """One line per image, as long as the header. probabilities: (N, K), calibrated. scores: (N,)."""
        order = np.argsort(-probabilities, axis=1, kind="stable")[:, : self._named()]
        summed = [level.sums(probabilities) for level in self.levels]
        foreign = are_foreign(scores, self.limits.score)
        sets = None if self.limits.least is None else prediction_sets(probabilities, self.limits.least)
        for row, path in enumerate(paths):
            named = [cell for k in order[row] for cell in (self.classes[k], float(probabilities[row, k]))]
            ranks = []
            for level, sums in zip(self.levels, summed, strict=True):
                best = sums[row].argmax()
                ranks += [level.names[best], float(sums[row, best])]
            within = None if sets is None else self._listed(sets[row], probabilities[row])
            said = [within, *self._doubts(probabilities[row].max(), float(scores[row]), bool(foreign[row]))]
            yield [str(path), *named, *said, *ranks, *probabilities[row].tolist()]

    def _listed(self, within: np.ndarray, probabilities: np.ndarray) -> str:
        order = np.argsort(-probabilities, kind="stable")
        return JOINT.join(self.classes[k] for k in order if within[k])

    def _doubts(self, best: np.ndarray, score: float, foreign: bool) -> list[object]:
        # Whether the classifier abstains, whether the image is out-of-distribution, and its score.
        limits = self.limits
        abstain = None if limits.confidence is None else not abstention.stands(best, limits.confidence)
        return [abstain, None if limits.score is None else foreign, None if np.isnan(score) else score]

    def _named(self) -> int:
        return max(1, min(self.top, len(self.classes)))
