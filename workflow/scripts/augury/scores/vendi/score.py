"""The Vendi score: how many different images the synthetic ones amount to."""

from augury.scores.declaration import Column, Score

SCORE = Score(
    order=40,
    columns=(
        Column("n_vendi", about="images of each kind behind the next four", kind=int),
        Column(
            "vendi",
            about="Vendi score: how many different images the synthetic ones amount to",
            interval="over synthetic images",
            mean=True,
            head="Vendi",
            better="more",
        ),
        Column("vendi_real", about="the Vendi score of as many training images", head="Vendi, real"),
    ),
)
