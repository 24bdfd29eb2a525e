"""Precision, recall, density and coverage: how much of each kind of images the other's neighbourhoods hold."""

import dataclasses

from augury.scores.declaration import Score, Shown
from augury.tables.columns import column, estimate, table_row


@table_row
class Columns:
    """Of one training, snapshot and truncation."""

    neighbours: int | None = column("k of the next four")
    precision: float | None = estimate(
        "share of synthetic images within reach of a real one's k-th neighbour", "synthetic images"
    )
    recall: float | None = estimate(
        "share of real images within reach of a synthetic one's k-th neighbour", "specimens"
    )
    density: float | None = estimate(
        "real neighbourhoods that hold a synthetic image, over k, mean over synthetic images", "synthetic images"
    )
    coverage: float | None = estimate("share of real neighbourhoods that hold a synthetic image", "specimens")


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
