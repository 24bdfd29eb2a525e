"""Precision, recall, density and coverage: how much of each kind of images the other's neighbourhoods hold."""

from augury.scores.declaration import Column, Score

SCORE = Score(
    order=30,
    columns=(
        Column("neighbours", about="k nearest neighbours: the k of the next four", kind=int),
        Column(
            "precision",
            about="precision: share of synthetic images within reach of a real one's k-th neighbour",
            interval="over synthetic images",
            mean=True,
            head="precision",
            form="share",
            better="more",
        ),
        Column(
            "recall",
            about="recall: share of real images within reach of a synthetic one's k-th neighbour",
            interval="over specimens",
            mean=True,
            head="recall",
            form="share",
            better="more",
        ),
        Column(
            "density",
            about="density: real neighbourhoods that hold a synthetic image, over k, mean over synthetic images",
            interval="over synthetic images",
            mean=True,
            head="density",
            form="share",
            better="more",
        ),
        Column(
            "coverage",
            about="coverage: share of real neighbourhoods that hold a synthetic image",
            interval="over specimens",
            mean=True,
            head="coverage",
            form="share",
            better="more",
        ),
    ),
)
