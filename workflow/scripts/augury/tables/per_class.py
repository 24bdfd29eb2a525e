"""tables/per_class.tsv: how well each arm and classifier does on each class."""

from augury.tables.columns import Measured, column, estimate, table_row
from augury.tables.declaration import Table, has_classifiers


@table_row
class PerClassRow(Measured):
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
    precision: float | None = estimate("of the images called this class, the share that is of it")
    recall: float | None = estimate("of the images of this class, the share that was found")
    f1: float | None = estimate("harmonic mean of precision and recall")
    auroc: float | None = estimate("chance that an image of this class scores above one of another")
    ap: float | None = estimate("average precision, the area under precision against recall")


TABLE = Table(order=60, title="Per-class performance", row=PerClassRow, made=has_classifiers)
