"""The share of synthetic images that show a training image, found by pixels."""

from augury.scores.declaration import Column, Score

SCORE = Score(
    order=60,
    columns=(
        Column(
            "copied",
            about="copies: share of synthetic images that show a training image, found by pixels; of a training's end",
            interval="over synthetic images",
            mean=True,
            head="copied",
            form="share",
            better="less",
        ),
        Column("n_copied", about="synthetic images behind it", kind=int),
    ),
    least_images=0,
)
