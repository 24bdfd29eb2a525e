"""Cards of generators: what they were trained on and began with."""

from pathlib import Path

import pytest

from augury.export.cards import generator_card
from augury.export.finished import Finished, Run

RECORD = {"generator": "gan", "class": "c00", "classes": ["c00"], "split": "holdout", "seed": 0, "n_train": 12,
          "leaked": False, "settings": {"trained_on": "train"}}  # fmt: skip
POOLED = RECORD | {"generator": "relatives", "class": "pool=archive", "classes": ["pool=archive"], "n_train": 300,
                   "settings": {"trained_on": {"pool": "archive"}}, "pools": ["archive"]}  # fmt: skip


@pytest.mark.parametrize(
    "record, heading, seen, more",
    [
        (RECORD, "# gan of c00, small", "12 images of the training part (split holdout", ""),
        (
            RECORD | {"pools": ["archive"]},
            "# gan of c00, small",
            "(split holdout, seed 0). It began with a generator of images from elsewhere, of archive. Source of",
            "That of the pool's images is not known here.",
        ),
        (
            POOLED,
            "# relatives of the pool archive, small",
            "300 images of the pool archive, real ones that show no specimen of the study (split holdout, seed 0).",
            "No arm takes its images, which are of no class",
        ),
        (
            POOLED | {"leaked": True},
            "# relatives of the pool archive, small",
            "300 images of the pool archive, real ones (split holdout, seed 0).",
            "It was trained on test images.",
        ),
    ],
)
def test_a_card_says_what_a_generator_saw(record, heading, seen, more):
    study = Finished(Path("small"), {"dataset": "small"}, [], [], [], [], [])
    made = generator_card(study, Run(Path("small"), record))
    assert heading in made
    assert seen in made
    assert ("is not known here" in made) == bool(more)
    assert more in made
