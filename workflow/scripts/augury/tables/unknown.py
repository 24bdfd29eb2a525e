"""Tables of images whose class is not known, or doubted."""

import dataclasses

from augury.tables.columns import Measured, column, estimate, table_row


@dataclasses.dataclass(frozen=True, slots=True)
class PassedOverRow:
    """A file that no prediction was made of."""

    path: str = column("the file")
    reason: str = column("why it cannot be used")


@dataclasses.dataclass(frozen=True, slots=True)
class DoubtRow:
    """An image whose label is worth a second look; the most doubtful first."""

    path: str = column("where the image was seen")
    class_: str = column("the label that it has")
    suggested: str = column(
        "the class that the classifiers take it for; where they doubt nothing, the one that its name speaks of"
    )
    named: str = column("the class that its file's name speaks of, where that is another one")
    quality: float = column("label quality from 0 to 1: the probability of its label, mean over runs or networks")
    suggested_probability: float = column("the probability of the suggested class, mean over runs or networks")
    runs: int = column("runs, or networks, that judged the image without having trained on it")
    agree: int = column("of those, how many answer with the suggested class")
    sha256: str = column("the image")


@dataclasses.dataclass(frozen=True, slots=True)
class LabelRow:
    """An unlabelled image that is worth a label, in the order in which to label."""

    order: int = column("1 for the first")
    path: str = column("the file")
    predicted: str = column("the most probable class")
    probability: float = column("its calibrated probability")
    second: str = column("the next class")
    margin: float = column("what the most probable class is ahead of the next, in probability")
    out_of_distribution: bool | None = column("whether it is unlike all that was trained on: perhaps of no class; such "
                                              "images follow behind the others")  # fmt: skip


@table_row
class ClassRow(Measured):
    """A class of a study, in the order in which more of them are worth collecting."""

    order: int = column("1 for the class of which to collect more first")
    class_: str = column("the class")
    n_images: int = column("its images in the study, of all parts")
    n_specimens: int = column("its specimens")
    f1: float | None = estimate("F1 of the classifier on the study's test images, mean over splits and seeds; the "
                                "lowest comes first, before it what was never tested", "specimens")  # fmt: skip
