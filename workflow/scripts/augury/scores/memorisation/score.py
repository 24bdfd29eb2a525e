"""Whether synthetic images are copies of training images: authenticity and the data-copying test C_T."""

from augury.scores.declaration import Column, Score

SCORE = Score(
    order=50,
    columns=(
        Column(
            "authentic",
            about="authenticity: share of synthetic images farther from their nearest training image than its "
            "own neighbour is",
            interval="over synthetic images",
            mean=True,
            head="authentic",
            form="share",
            better="more",
        ),
        Column(
            "c_t",
            about="data-copying test C_T, a z-score: below 0 they are nearer to training images than validation ones",
            head="C_T",
        ),
        Column("n_c_t", about="validation images behind it", kind=int),
    ),
)
