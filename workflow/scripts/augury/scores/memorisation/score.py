"""Whether synthetic images are copies of training images: authenticity and the data-copying test C_T."""

import dataclasses

from augury.scores.declaration import Score, Shown
from augury.tables.columns import column, estimate, table_row


@table_row
class Columns:
    """Of one training, snapshot and truncation."""

    authentic: float | None = estimate(
        "share of synthetic images farther from their nearest training image than its next of kin is",
        "synthetic images",
    )
    copying: float | None = column("C_T, a z-score: below 0 they lie nearer to training images than validation ones do")
    n_copying: int | None = column("validation images behind it")


@dataclasses.dataclass(frozen=True, slots=True)
class Means:
    """Over trainings."""

    authentic: float | None = column("share of synthetic images that are no near copies, mean over trainings")


SCORE = Score(
    order=50,
    columns=Columns,
    means=Means,
    shown=(
        Shown("authentic", "authentic", "share", "more"),
        Shown("C_T", "copying", "distance"),  # about 0 is best
    ),
)
