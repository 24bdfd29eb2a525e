"""Kernel distance between training and synthetic images (Binkowski et al. 2018): KID in features of Inception-v3."""

from augury.scores.declaration import Column, Score

SCORE = Score(
    order=20,
    columns=(
        Column(
            "kid",
            about="kernel distance (KID) between training and synthetic images, mean over subsets",
            head="{kernel} × 100",
            form="hundredfold",
            better="less",
        ),
        Column("kid_sd", about="its standard deviation over subsets"),
        Column("kid_low", about="lower end of its 95% interval, over specimens and synthetic images"),
        Column("kid_high", about="upper end of that interval"),
        Column("kid_subsets", about="number of subsets", kind=int),
        Column("kid_subset_size", about="images of each kind in a subset", kind=int),
        Column(
            "reference",
            about="the part that chooses among snapshots: validation, or train where that is too small",
            kind=str,
            always=True,
        ),
        Column("n_reference", about="its images of the class", kind=int, always=True),
        Column(
            "kid_reference",
            about="kernel distance between those and the synthetic images, all at once",
            interval="over specimens and synthetic images",
            head="{kernel} × 100, reference",
            form="hundredfold",
            better="less",
        ),
    ),
    least_images=0,
)
