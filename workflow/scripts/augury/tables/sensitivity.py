"""tables/sensitivity.tsv: whether words of the verdict hang on some of the test images, or on one of the splits."""

import dataclasses

from augury.tables.columns import column
from augury.tables.declaration import Table, has_classifiers

DOUBTED, SPLIT, REPEAT = "doubted labels", "one split", "all but one repeat"  # what was left out


@dataclasses.dataclass(frozen=True, slots=True)
class SensitivityRow:
    """An arm and classifier, judged again with something left out; over all classes, in one measure."""

    arm: str = column("the arm")
    baseline: str = column("the arm that it is compared with")
    classifier: str = column("the classifier")
    measure: str = column("the first of the primary measures that is defined")
    without: str = column("what was left out: `doubted labels` (test images whose label is doubted by what all arms "
                          "together predict), `near images` and `far images` (the half of each class's test specimens "
                          "that is nearest to the training images, or farthest from them, in a network's features), "
                          "`one split` (each in turn, or each tenth of them) or `all but one repeat` (each division of "
                          "all specimens alone, ten at most)")  # fmt: skip
    by: str = column("the network in whose features images are near")
    left_out: int = column("test images that were left out, of all splits together; 0 for a split or repeat")
    cases: int = column("times that it was judged again")
    difference: float | None = column("the difference in the verdict's way, with all images; positive: the arm is more")
    least: float | None = column("the same with something left out, the least of the cases")
    most: float | None = column("the most of the cases")
    low: float | None = column("lower end of the interval of one case; empty where there are several")
    high: float | None = column("upper end of that interval")
    word: str = column("the word with all images, at one look")
    words: str = column("the words of the cases, each with how often it came")
    agrees: bool = column("whether all cases have the same word")
    opposite: bool = column("whether a case says `helps` where another, or all images, say `hurts`")


TABLE = Table(order=15, title="Does the word hang on some images?", row=SensitivityRow, made=has_classifiers)
