"""tables/per_class.tsv: how well each arm and classifier does on each class."""

import dataclasses

from augury.tables.columns import column
from augury.tables.declaration import Table, has_classifiers


@dataclasses.dataclass(frozen=True, slots=True)
class PerClassRow:
    """One class of one run, or of the mean over the runs, on one part."""

    split: str = column("the split, or `all` for the mean over every split and seed")
    arm: str = column("what the classifier was trained on")
    classifier: str = column("the classifier")
    seed: str = column("seed of the training, or `all` for the mean")
    part: str = column("which images were judged: validation or test")
    class_: str = column("the true class")
    n_runs: int = column("runs behind the row")
    support: int = column("distinct images of the class that were judged")
    n_specimens: int = column("distinct specimens of the class; intervals count these")
    leaked: bool = column("true where training may have seen images judged here")
    precision: float | None = column("of the images called this class, the share that is of it")
    precision_low: float | None = column("lower end of its 95% interval")
    precision_high: float | None = column("upper end of its 95% interval")
    recall: float | None = column("of the images of this class, the share that was found")
    recall_low: float | None = column("lower end of its 95% interval")
    recall_high: float | None = column("upper end of its 95% interval")
    f1: float | None = column("harmonic mean of precision and recall")
    f1_low: float | None = column("lower end of its 95% interval")
    f1_high: float | None = column("upper end of its 95% interval")
    auroc: float | None = column("chance that an image of this class scores above one of another")
    auroc_low: float | None = column("lower end of its 95% interval")
    auroc_high: float | None = column("upper end of its 95% interval")
    ap: float | None = column("average precision, the area under precision against recall")
    ap_low: float | None = column("lower end of its 95% interval")
    ap_high: float | None = column("upper end of its 95% interval")


TABLE = Table(order=60, title="How well each class is told", row=PerClassRow, made=has_classifiers)
