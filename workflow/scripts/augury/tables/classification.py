"""tables/classification.tsv: how well each arm and classifier did.

One row per run (split x seed) and part and, with split and seed `all`, one row with the mean over the runs. A
classifier that was left out has a row per arm, whose cells say why in place of numbers.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from augury.tables.columns import Measured, column, estimate, names, table_row
from augury.tables.declaration import Table, has_classifiers
from augury.tables.measures import LEAST
from augury.tables.table import line_not_run, write_cells

ALL = "all"  # split and seed of a row that is the mean over runs


def measure(about: str) -> Any:
    """A column of a mean over runs."""
    return estimate(about, sd="standard deviation over the runs; empty for one run")


@table_row
class ClassificationRow(Measured):
    """One run, or the mean over the runs, on one part; precision, recall, F1, AUROC and AP are means over classes."""

    split: str = column("the split, or `all` for the mean over every split and seed")
    arm: str = column("what the classifier was trained on")
    classifier: str = column("the classifier")
    seed: str = column("seed of the training, or `all` for the mean")
    part: str = column("which images were judged: validation or test")
    n_runs: int = column("runs behind the row: one, or splits times seeds (where nothing is random, training sets)")
    n_images: int = column("distinct images judged, over all runs of the row")
    n_specimens: int = column("distinct specimens judged; intervals count these")
    leaked: bool = column("true where training may have seen images judged here: such a row proves nothing")
    accuracy: float | None = measure("share of the images called rightly")
    precision: float | None = measure("of the images called a class, the share that is of it; mean over classes")
    recall: float | None = measure("of the images of a class, the share that was found; mean over classes")
    f1: float | None = measure("harmonic mean of precision and recall; mean over classes")
    auroc: float | None = measure("chance that an image of a class scores above one of another; mean over classes")
    ap: float | None = measure("average precision, the area under precision against recall; mean over classes")
    brier: float | None = measure(
        "Brier score, 0 to 2: squared error of the probabilities, summed over classes; less is better; at the run's "
        "own temperature, which on validation rows was fitted to these very images"
    )
    log_loss: float | None = measure(
        f"-ln of the true class's probability, which counts as at least {LEAST:g}; less is better; likewise"
    )
    brier_calibration: float | None = measure(
        "calibration loss: what the temperature takes off the Brier score; the raw score is the sum of both; empty "
        "without validation images"
    )
    log_loss_calibration: float | None = measure("the same of the log loss")
    min_recall: float | None = measure(
        "recall of the class that has the least; below the truth, as chance picks the class, which its interval allows "
        "for"
    )
    recall_gap: float | None = measure(
        "mean recall of the classes with more specimens than the median class minus that of those with fewer; empty "
        "where all have equally many"
    )
    temperature: float | None = column(
        "fitted to the run's validation images and drawn towards 1, the more the fewer there are; 1 without any; mean "
        "over runs"
    )


TABLE = Table(order=40, title="Classification performance by arm", row=ClassificationRow, made=has_classifiers)


def write_classification(path: str | Path, rows: Sequence[ClassificationRow], not_run: Mapping[str, str]) -> None:
    """Write classification.tsv. not_run: classifiers that were left out, and why, in the words that cells say."""
    fields = [field.name for field in dataclasses.fields(ClassificationRow)]
    part = "test" if any(row.part == "test" for row in rows) else "validation"
    known = {"split": ALL, "seed": ALL, "part": part, "n_runs": 0, "n_images": 0, "n_specimens": 0, "leaked": False}
    lines = [[getattr(row, name) for name in fields] for row in rows]
    lines += [
        line_not_run(ClassificationRow, reason, arm=arm, classifier=name, **known)
        for arm in dict.fromkeys(row.arm for row in rows)
        for name, reason in not_run.items()
    ]
    write_cells(path, names(ClassificationRow), lines)
