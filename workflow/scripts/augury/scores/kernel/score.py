"""Kernel distance between training and synthetic images (Binkowski et al. 2018): KID in features of Inception-v3."""

from augury.scores.declaration import Score, Shown
from augury.tables.columns import column, estimate, table_row


@table_row
class Columns:
    """Of one training, snapshot and truncation."""

    kid: float | None = column("kernel distance between training and synthetic images, mean over subsets")
    kid_sd: float | None = column("its standard deviation over subsets")
    kid_low: float | None = column("lower end of its 95% interval, over specimens and synthetic images")
    kid_high: float | None = column("upper end of that interval")
    kid_subsets: int | None = column("number of subsets")
    kid_subset_size: int | None = column("images of each kind in a subset")
    reference: str = column("the part that chooses among snapshots: validation, or train where that is too small")
    n_reference: int = column("its images of the class")
    kid_reference: float | None = estimate(
        "kernel distance between those and the synthetic images, all at once", "specimens and synthetic images"
    )


SCORE = Score(
    order=20,
    columns=Columns,
    shown=(
        Shown("{kernel} × 100", "kid", "hundredfold", "less"),
        Shown("{kernel} × 100, reference", "kid_reference", "hundredfold", "less"),
    ),
    least_images=0,
)
