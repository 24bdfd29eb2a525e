"""tables/confusions.tsv: which classes are taken for which."""

import dataclasses

from augury.tables.columns import column
from augury.tables.declaration import Table, has_classifiers


@dataclasses.dataclass(frozen=True, slots=True)
class ConfusionRow:
    """A pair of classes: images of the one that a classifier took for the other, over all splits and seeds."""

    arm: str = column("what the classifier was trained on")
    classifier: str = column("the classifier")
    part: str = column("which images were judged: test, or validation where there are none")
    leaked: bool = column("whether training may have seen images judged here")
    class_: str = column("the true class")
    predicted: str = column("the class that they were taken for")
    wrong: int = column("answers, one per image and run, that named the other class")
    answers: int = column("answers on images of the true class")
    share: float = column("the one over the other")
    n_images: int = column("distinct images that were taken for the other class at least once")
    n_specimens: int = column("distinct specimens that these show")


TABLE = Table(order=65, title="Confused classes", row=ConfusionRow, made=has_classifiers)
