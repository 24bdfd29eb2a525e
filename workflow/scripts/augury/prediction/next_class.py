"""Of which class to collect more: those with the lowest F1 first, from the tables of a study.

Ten more images of that class, or of the one with the fewest images, brought a probe most of what the best class would
have brought where classes were uneven; learning curves by class chose worse (benchmarks/next_class.py).
"""

from collections.abc import Sequence
from pathlib import Path

from augury.command import script
from augury.command.errors import UserError
from augury.ensembles.folders import record_of
from augury.splits.identity import specimen_key
from augury.tables.per_class import PerClassRow
from augury.tables.rows import SplitRow
from augury.tables.table import read_rows, write_rows
from augury.tables.unknown import ClassRow
from augury.tables.verdict import ALL

_NEEDED = "split", "arm", "classifier", "classes"  # of its record
ABOUT = (
    "Where classes had 8 to 32 images, ten more of the class with the lowest F1 or the "
    "fewest images brought a probe most of what the best choice would have; where all had equally many, hardly more "
    "than ten of any other. Learning curves by class were measured on the same images and chose worse."
)


def study_of(folder: Path) -> Path | None:
    """The results in which a classifier's folder lies, SPLIT/classifiers/ARM/NAME/seedN; None where it was copied."""
    parents = folder.resolve().parents
    inside = len(parents) > 4 and parents[2].name == "classifiers" and _per_class(parents[4]).is_file()
    return parents[4] if inside else None


def write_classes(folder: Path, study: Path | None, table: Path) -> list[ClassRow]:
    """The classes of a classifier, written to the table; none where no study is named and its folder lies in none.

    Logged, with what it is worth. Raises UserError where the study that is named does not know the classifier; of one
    that is not named, that is logged.
    """
    record, found = record_of(folder), study or study_of(folder)
    rows: list[ClassRow] = []
    if found is None:
        why = "the classifier lies in no study; name its results by --study"
    elif unknown := [name for name in _NEEDED if name not in record]:
        why = f"its classifier.json has no {', '.join(unknown)}; name a classifier of a study"
    else:
        rows, why = next_classes(found, *(record[name] for name in _NEEDED))
    if why and study:
        raise UserError(why)
    if why:
        script.tell(f"which class to collect is not said: {why}")
        return []
    write_rows(table, ClassRow, rows)
    script.tell(f"collect more of {rows[0].class_} first; {table} has every class. {ABOUT}")
    return rows


def next_classes(
    study: Path, split: str, arm: str, classifier: str, classes: Sequence[str]
) -> tuple[list[ClassRow], str]:
    """A row per class, first the one of which to collect more, or none and why the study does not say it.

    study: a folder of results; split: any of its splits.
    """
    every = read_rows(_per_class(study), PerClassRow)
    own = [row for row in every if (row.split, row.seed, row.arm, row.classifier) == (ALL, ALL, arm, classifier)]
    if not own:
        return [], f"{_per_class(study)} has no row of {classifier} on {arm}; name the study that trained it by --study"
    # Of what is handed over there is no table of all classes, and an export may hold nothing else.
    splits = study / "splits"
    tables = sorted((splits / split).glob("*.tsv")) or sorted(splits.glob(f"{split}.tsv"))
    if not tables:
        return [], f"{splits} has no table of {split}; run the study's splits again"
    part = "test" if any(row.part == "test" for row in own) else "validation"
    measured = {row.class_: row for row in own if row.part == part}
    images: dict[str, list[str]] = {class_: [] for class_ in classes}
    for image in (row for path in tables for row in read_rows(path, SplitRow)):
        images.setdefault(image.class_, []).append(specimen_key(image.class_, image.specimen))
    ordered = sorted(classes, key=lambda class_: (*_worst(measured.get(class_)), len(set(images[class_]))))
    return [
        ClassRow(
            order=order,
            class_=class_,
            n_images=len(images[class_]),
            n_specimens=len(set(images[class_])),
            **{name: getattr(measured.get(class_), name, None) for name in ("f1", "f1_low", "f1_high")},
        )
        for order, class_ in enumerate(ordered, start=1)
    ], ""


def _worst(row: PerClassRow | None) -> tuple[bool, float]:
    # What is never tested has too few specimens to be divided: nothing is rarer.
    f1 = row.f1 if row else None
    return f1 is not None, f1 or 0.0


def _per_class(study: Path) -> Path:
    return study / "tables" / "per_class.tsv"
