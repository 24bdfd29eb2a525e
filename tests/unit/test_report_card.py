"""The card of what is handed over: the study's own numbers, how it was chosen, and that nothing tested it."""

import dataclasses
from pathlib import Path

from augury.classifiers.recipe import Recipe
from augury.report.card import card
from augury.tables.classification import ClassificationRow

FIELDS = [field.name for field in dataclasses.fields(ClassificationRow)]
RECORD = {
    "classes": ["x", "y"], "architecture": "resnet10t", "n_train": {"real": 140, "classical": 0, "synthetic": 70},
    "specimens": 35.0, "parameters": 1234567,
}  # fmt: skip
RECIPE = Recipe("gan", "cnn", 6, ["fold1", "fold2"], [7, 8, 9, 9, 8, 7], 8,
                {"temperature": 1.25, "images": 90, "reason": ""}, None, False)  # fmt: skip


def row(arm, classifier, accuracy, split="all", part="test", **more):
    known = {"split": split, "arm": arm, "classifier": classifier, "seed": "all", "part": part, "n_runs": 6}
    known |= {"n_images": 120, "n_specimens": 60, "leaked": False, "accuracy": accuracy}
    known |= {"accuracy_low": accuracy - 0.05, "accuracy_high": accuracy + 0.05}
    return ClassificationRow(**(dict.fromkeys(FIELDS) | known | more))


ROWS = [row("real", "cnn", 0.8), row("gan", "cnn", 0.85), row("gan", "other", 0.9), row("gan", "cnn", 0.99, "fold1")]
ROWS += [row("gan", "cnn", 0.97, part="validation")]
FOLDER = Path("results/small/final/classifiers/gan/cnn/seed0")


def text(recipe=RECIPE, rows=ROWS, record=RECORD):
    return card("small", FOLDER, record, recipe, rows)


def test_what_must_be_known_of_its_images_stands_in_it():
    made = card("small", FOLDER, RECORD, RECIPE, ROWS, "gan began with images from elsewhere, of archive")
    assert "| its images | gan began with images from elsewhere, of archive |" in made
    assert "its images" not in text()


def test_it_says_first_that_it_has_no_test_score_of_its_own():
    paragraphs = text().split("\n\n")
    assert paragraphs[0] == "# cnn on gan, trained on every specimen of small"
    assert "it has no test score of its own" in paragraphs[1]


def test_the_estimate_is_the_studys_mean_on_the_test_part():
    made = text()
    assert "| accuracy | 85.0% (80.0% to 90.0%) |" in made
    assert "99.0%" not in made
    assert "97.0%" not in made
    assert "6 trainings on the study's splits, judged on 120 test images of 60 specimens" in made
    assert "F1" not in made  # the study has none


def test_how_it_was_chosen_and_trained_is_said():
    made = text()
    assert "Of the study's 3 pairs of arm and classifier it is number 2 by accuracy." in made
    assert (
        "ended after epoch 8, the mean of those that were kept by 6 trainings on the study's 2 splits (7 to 9)" in made
    )
    assert "temperature is 1.25: fitted to 90 validation predictions" in made
    assert "| trained on | 140 real and 70 synthetic images, 35 specimens a class |" in made
    assert f"predict_images.py --classifier {FOLDER} " in made
    weighed = dataclasses.replace(RECIPE, classifier="both", weights={"cnn": 0.25, "other": 0.75}, epoch=None)
    assert "weights, means over the study's 2 splits: cnn 0.250 and other 0.750" in text(weighed)


def test_numbers_that_prove_little_are_called_so():
    assert "prove nothing" not in text()
    assert "prove nothing" in text(dataclasses.replace(RECIPE, leaked=True))
    assert "optimistic" not in text()
    assert "optimistic" in text(rows=[row("gan", "cnn", 0.97, part="validation")])
    assert "no estimate" in text(rows=[])
