"""Frechet distance between training and synthetic images (Heusel et al. 2017): FID in features of Inception-v3."""

import dataclasses

from augury.scores.declaration import Score, Shown
from augury.tables.columns import column, estimate, table_row


@table_row
class Columns:
    """Of one training, snapshot and truncation."""

    frechet_distance: float | None = column("Frechet distance between all training and all synthetic images")
    frechet_low: float | None = column("lower end of its 95% interval, over specimens and synthetic images")
    frechet_high: float | None = column("upper end of that interval")
    frechet_infinity: float | None = estimate(
        "the distance extrapolated to infinitely many synthetic images", "the line's residuals"
    )
    n_half: int | None = column("images in half of the training images")
    frechet_half: float | None = column("the distance of n_half training and n_half synthetic images, mean over draws")
    frechet_real: float | None = column("the distance of two halves of the training images: what chance alone gives")


@dataclasses.dataclass(frozen=True, slots=True)
class Means:
    """Over trainings."""

    frechet_infinity: float | None = column("distance extrapolated to infinitely many synthetic images, mean")


SCORE = Score(
    order=10,
    columns=Columns,
    means=Means,
    shown=(
        Shown("{frechet}", "frechet_distance", "distance", "less", interval="frechet"),
        Shown("half to synthetic", "frechet_half", "distance", "less"),
        Shown("half to half", "frechet_real", "distance"),
        Shown("{frechet}, infinitely many", "frechet_infinity", "distance", "less"),
    ),
)
