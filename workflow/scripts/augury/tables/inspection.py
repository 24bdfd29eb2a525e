"""The rows of what was noticed about the images before anything was trained."""

import dataclasses

WARNING, HINT = "warning", "hint"


@dataclasses.dataclass(frozen=True, slots=True)
class WarningRow:
    """images/warnings.tsv: something about the images that may make results look better than they are."""

    level: str  # warning, which is logged when the images are looked at, or hint, which stands in the report alone
    kind: str  # names, copies, views, stored, shape or reading
    class_: str  # empty where all classes are meant
    split: str  # empty where no split is meant
    value: float | None  # what was measured: a share, a score or a balanced accuracy
    sentence: str
    remedy: str


@dataclasses.dataclass(frozen=True, slots=True)
class ViewsRow:
    """images/views.tsv: how much the images of a class look like views of few specimens."""

    class_: str
    images: int
    specimens: int
    named: float  # share of the images whose specimen has a name
    copies: float  # share of the images, without such names, that are near-duplicates of others
    largest: int  # images in the largest group of near-duplicates
    compared: int  # images that were compared with each other
    likeness: float | None  # distance to the nearest image of another specimen over that to the tenth, median
    near: float  # share of those whose own ratio is 0.45 or less
    likeness_test: float | None  # likewise, to the nearest training image of each test image; mean over splits


@dataclasses.dataclass(frozen=True, slots=True)
class ShortcutRow:
    """images/shortcuts.tsv: how well a property of the files, without any pixel, tells the classes."""

    property: str
    accuracy: float  # balanced: the mean over the classes of the share that is predicted right, in folds over specimens
    accuracy_low: float  # 95% interval over specimens
    accuracy_high: float
    chance: float
    class_: str  # the class that one value of it tells most; empty where values are numbers
    value: str
    share: float | None  # of that class's images, with this value
    share_others: float | None  # of the other classes' images, each class alike
    beyond: float | None  # by how much, where each class has an image more with the value and one more without it
