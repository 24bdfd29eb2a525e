"""Precision, recall, density and coverage: how much of each kind of images the other's neighbourhoods hold."""

import dataclasses

from augury.scores.declaration import Score, Shown
from augury.tables.columns import column


@dataclasses.dataclass(frozen=True, slots=True)
class Columns:
    """Of one training, snapshot and truncation."""

    neighbours: int | None = column("k of the next four")
    precision: float | None = column("share of synthetic images within reach of a real one's k-th neighbour")
    precision_low: float | None = column("lower end of its 95% interval, over synthetic images")
    precision_high: float | None = column("upper end of that interval")
    recall: float | None = column("share of real images within reach of a synthetic one's k-th neighbour")
    recall_low: float | None = column("lower end of its 95% interval, over specimens")
    recall_high: float | None = column("upper end of that interval")
    density: float | None = column(
        "real neighbourhoods that hold a synthetic image, over k, mean over synthetic images"
    )
    density_low: float | None = column("lower end of its 95% interval, over synthetic images")
    density_high: float | None = column("upper end of that interval")
    coverage: float | None = column("share of real neighbourhoods that hold a synthetic image")
    coverage_low: float | None = column("lower end of its 95% interval, over specimens")
    coverage_high: float | None = column("upper end of that interval")


@dataclasses.dataclass(frozen=True, slots=True)
class Means:
    """Over trainings."""

    precision: float | None = column("share of synthetic images within reach of real ones, mean over trainings")
    recall: float | None = column("share of real images within reach of synthetic ones, mean over trainings")
    density: float | None = column("real neighbourhoods that hold a synthetic image, over k, mean over trainings")
    coverage: float | None = column("share of real neighbourhoods that hold a synthetic image, mean over trainings")


SCORE = Score(
    order=30,
    columns=Columns,
    means=Means,
    shown=(
        Shown("precision", "precision", "share", "more"),
        Shown("recall", "recall", "share", "more"),
        Shown("density", "density", "share", "more"),
        Shown("coverage", "coverage", "share", "more"),
    ),
)
