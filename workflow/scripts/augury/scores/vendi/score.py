"""The Vendi score: how many different images the synthetic ones amount to."""

import dataclasses

from augury.scores.declaration import Score, Shown
from augury.tables.columns import column, estimate, table_row


@table_row
class Columns:
    """Of one training, snapshot and truncation."""

    n_vendi: int | None = column("images of each kind behind the next four")
    vendi: float | None = estimate(
        "Vendi score: how many different images the synthetic ones amount to", "synthetic images"
    )
    vendi_real: float | None = column("the Vendi score of as many training images")


@dataclasses.dataclass(frozen=True, slots=True)
class Means:
    """Over trainings."""

    vendi: float | None = column("how many different images the synthetic ones amount to, mean over trainings")


SCORE = Score(
    order=40,
    columns=Columns,
    means=Means,
    shown=(
        Shown("Vendi", "vendi", "distance", "more"),
        Shown("Vendi, real", "vendi_real", "distance"),
    ),
)
