"""Precision, recall, density and coverage: how much of each kind of images the other's neighbourhoods hold."""

from augury.scores.declaration import Column, Score

SCORE = Score(
    order=30,
    columns=(
        Column("neighbours", about="k of the next four", kind=int),
        Column(
            "precision",
            about="share of synthetic images within reach of a real one's k-th neighbour",
            interval="over synthetic images",
            mean=True,
            head="precision",
            form="share",
            better="more",
        ),
        Column(
            "recall",
            about="share of real images within reach of a synthetic one's k-th neighbour",
            interval="over specimens",
            mean=True,
            head="recall",
            form="share",
            better="more",
        ),
        Column(
            "density",
            about="real neighbourhoods that hold a synthetic image, over k, mean over synthetic images",
            interval="over synthetic images",
            mean=True,
            head="density",
            form="share",
            better="more",
        ),
        Column(
            "coverage",
            about="share of real neighbourhoods that hold a synthetic image",
            interval="over specimens",
            mean=True,
            head="coverage",
            form="share",
            better="more",
        ),
    ),
)
