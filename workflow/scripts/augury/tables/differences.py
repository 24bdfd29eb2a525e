"""tables/differences.tsv: every single run of an arm against its baseline's."""

import dataclasses

from augury.tables.columns import column
from augury.tables.declaration import Table, has_classifiers


@dataclasses.dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One run of an arm against the baseline's run of the same split and seed, on the test part."""

    arm: str = column("the arm that is judged")
    baseline: str = column("the arm that it is compared with")
    classifier: str = column("the classifier")
    split: str = column("the split")
    seed: int = column("seed of both trainings")
    leaked: bool = column("whether either training may have seen its test images")
    n_images: int = column("test images")
    n_specimens: int = column("test specimens")
    accuracy: float | None = column("the arm's accuracy minus the baseline's")
    f1: float | None = column("the difference in F1, mean over classes")
    auroc: float | None = column("the difference in AUROC, mean over classes")
    brier: float | None = column("in the Brier score, at each run's own temperature; less is better")
    log_loss: float | None = column("in the log loss, likewise")
    brier_calibration: float | None = column("in what the temperature takes off the Brier score; less is better; empty "
                                             "without validation images")  # fmt: skip
    log_loss_calibration: float | None = column("in what it takes off the log loss; likewise")
    worst_class_recall: float | None = column("in the recall of the class that the baseline finds least among the "
                                          "validation images of the split")  # fmt: skip
    recall_gap: float | None = column("in the mean recall of frequent classes minus that of rare ones; less is better")
    baseline_temperature: float = column("of the baseline's run, fitted to its validation images and drawn towards "
                                         "1, the more the fewer there are; 1 without any")  # fmt: skip
    arm_temperature: float = column("of the arm's run, likewise")
    arm_only: int = column("specimens of whose images the arm calls more rightly")
    baseline_only: int = column("specimens of whose images the baseline calls more rightly")
    mcnemar_p: float = column("exact p value of McNemar's test on these two numbers")


TABLE = Table(order=30, title="Paired runs: differences from the baseline", row=DifferenceRow, made=has_classifiers)
