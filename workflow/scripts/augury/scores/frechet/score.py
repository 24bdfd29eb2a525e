"""Frechet distance between training and synthetic images (Heusel et al. 2017): FID in features of Inception-v3."""

from augury.scores.declaration import Column, Score

SCORE = Score(
    order=10,
    columns=(
        Column(
            "frechet_distance",
            about="Frechet distance between all training and all synthetic images",
            interval="over specimens and synthetic images",
            ends="frechet",
            head="{frechet}",
            better="less",
        ),
        Column(
            "frechet_infinity",
            about="the distance extrapolated to infinitely many synthetic images",
            interval="over synthetic images",
            mean=True,
            head="{frechet}, infinitely many",
            better="less",
        ),
        Column("n_half", about="images in half of the training images", kind=int),
        Column(
            "frechet_half",
            about="the distance of n_half training and n_half synthetic images, mean over draws",
            head="half to synthetic",
            better="less",
        ),
        Column(
            "frechet_real",
            about="the distance of two halves of the training images: what chance alone gives",
            head="half to half",
        ),
    ),
)
