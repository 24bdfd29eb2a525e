"""tables/by_seed.tsv: how well each arm did with each seed, over all splits, as publications print it."""

import dataclasses

from augury.tables.columns import column
from augury.tables.declaration import Table, has_classifiers


@dataclasses.dataclass(frozen=True, slots=True)
class SeedRow:
    """The mean over splits for one seed, or over all splits and seeds; no interval, which classification.tsv has."""

    arm: str = column("what the classifier was trained on")
    classifier: str = column("the classifier")
    seed: str = column("seed of the training, or `all` for the mean over them")
    part: str = column("which images were judged: validation or test")
    n_runs: int = column("runs behind the row")
    leaked: bool = column("true where training may have seen images judged here: such a row proves nothing")
    accuracy: float | None = column("share of the images called rightly")
    precision: float | None = column("of the images called a class, the share that is of it; mean over classes")
    recall: float | None = column("of the images of a class, the share that was found; mean over classes")
    f1: float | None = column("harmonic mean of precision and recall; mean over classes")
    auroc: float | None = column("chance that an image of a class scores above one of another; mean over classes")
    ap: float | None = column("average precision, the area under precision against recall; mean over classes")
    auroc_hard: float | None = column("the AUROC of answers instead of scores, 1 for the class called and 0 for others")
    ap_hard: float | None = column("the average precision of answers instead of scores")


TABLE = Table(order=70, title="Results by seed", row=SeedRow, made=has_classifiers)
