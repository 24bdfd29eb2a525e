"""The measures on which arms are compared: which way is better, and how far they reach."""

import math
from dataclasses import dataclass

LEAST = 1e-4  # what a probability counts as at least in the log loss: few images cannot tell surer answers apart


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure over all classes of a run's test images."""

    title: str
    about: str
    best: float  # no arm passes it
    worst: float
    counts: bool  # whether a specimen moves it by being called rightly or wrongly, not by degrees
    needs: str = "it needs test images"
    least: float = 0.0  # deviation of a specimen's difference where specimens are not seen to differ

    @property
    def sign(self) -> int:
        """1 where more is better, -1 where less is."""
        return 1 if self.best > self.worst else -1

    @property
    def span(self) -> float:
        """The largest difference between two arms."""
        return abs(self.best - self.worst)

    def room(self, value: float) -> float:
        """How much better than `value` an arm can be."""
        return abs(self.best - value)


MEASURES = {
    "accuracy": Measure("accuracy", "share of the images called rightly", 1, 0, True),
    "f1": Measure("F1", "harmonic mean of precision and recall, mean over classes", 1, 0, True),
    "auroc": Measure("AUROC", "chance that an image of a class scores above one of another, mean over classes",
                     1, 0, False, least=0.25),
    "brier": Measure("Brier score", "Brier score, the squared error of the probabilities summed over classes, at the "
                     "run's own temperature", 0, 2, False),
    "log_loss": Measure("log loss", f"-ln of the true class's probability (at least {LEAST:g}), at the run's own "
                        "temperature", 0, -math.log(LEAST), False),
    "brier_calibration": Measure("calibration loss (Brier)", "Brier score that the run's own temperature takes off",
                                 0, 2, False, "it needs validation images"),
    "log_loss_calibration": Measure("calibration loss (log loss)", "log loss that the run's own temperature takes off",
                                    0, -math.log(LEAST), False, "it needs validation images"),
    "worst_class_recall": Measure("worst-class recall", "recall of the class that the baseline finds least among the "
                                  "validation images of the split", 1, 0, True, "it needs validation images"),
    "recall_gap": Measure("gap in recall between frequent and rare classes", "mean recall of the more frequent half of "
                          "the classes minus that of the rarer", -1, 1, True, "it needs classes of unequal size"),
}  # fmt: skip
LOWER_IS_BETTER = frozenset(name for name, measure in MEASURES.items() if measure.sign < 0)
