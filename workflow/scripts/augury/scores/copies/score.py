"""The share of synthetic images that show a training image, found by pixels."""

import dataclasses

from augury.scores.declaration import Score, Shown
from augury.tables.columns import column, estimate, table_row


@table_row
class Columns:
    """Of one training, snapshot and truncation."""

    copied: float | None = estimate(
        "share of synthetic images that show a training image, found by pixels; of a training's end", "synthetic images"
    )
    n_copied: int | None = column("synthetic images behind it")


@dataclasses.dataclass(frozen=True, slots=True)
class Means:
    """Over trainings."""

    copied: float | None = column("share of synthetic images that show a training image, by pixels, mean")


SCORE = Score(
    order=60,
    columns=Columns,
    means=Means,
    shown=(Shown("copied", "copied", "share", "less"),),
    least_images=0,
)
