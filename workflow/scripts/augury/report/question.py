"""What a study asks, by what it compares: the title of the page and the question at its head."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from augury.report.values import count
from augury.splits.identity import specimen_key
from augury.tables.classification import ALL, ClassificationRow
from augury.tables.rows import ImageRow
from augury.tables.verdict import VerdictRow

SYNTHETIC, ARMS, REAL, GENERATORS = "synthetic", "arms", "real", "generators"  # kinds of studies


class Question(NamedTuple):
    """The kind of a study, the page's title, and the question in plain words."""

    kind: str
    title: str
    words: str


def question(
    settings: Mapping[str, Any], rows: Sequence[ClassificationRow], judged: Sequence[VerdictRow], n_classes: int
) -> Question:
    """What is asked. settings: the config; rows: of classification.tsv."""
    name, classes = str(settings.get("dataset") or "augury"), count(n_classes, "class", "classes")
    if judged and settings.get("generators"):
        words = f"Do synthetic images help to tell {classes} apart?"
        return Question(SYNTHETIC, f"{name}: do synthetic images help?", words)
    if judged:
        return Question(
            ARMS, f"{name}: which training set helps?", f"Which training set helps to tell {classes} apart?"
        )
    classifiers = list(dict.fromkeys(row.classifier for row in rows))
    if len(classifiers) > 1:
        words = f"Which classifier tells {classes} apart best, and how well?"
        return Question(REAL, f"{name}: which classifier, and how good?", words)
    if classifiers:
        return Question(
            REAL, f"{name}: how good is {classifiers[0]}?", f"How well does {classifiers[0]} tell {classes} apart?"
        )
    words = f"How near do synthetic images of {classes} come to real ones?"
    return Question(GENERATORS, f"{name}: how good are the generators?", words)


def facts(rows: Sequence[ClassificationRow], manifest: Sequence[ImageRow]) -> str:
    """On what the answer rests, in a line: 105 images of 105 specimens in 6 classes; 3 splits with 1 seed each."""
    classes = len({row.class_ for row in manifest})
    specimens = len({specimen_key(row.class_, row.specimen) for row in manifest})
    line = f"{count(len(manifest), 'image')} of {count(specimens, 'specimen')} in {count(classes, 'class', 'classes')}"
    single = [row for row in rows if row.split != ALL]
    if not single:
        return line
    splits, seeds = ({getattr(row, name) for row in single} for name in ("split", "seed"))
    return f"{line}; {count(len(splits), 'split')} with {count(len(seeds), 'seed')} each"
