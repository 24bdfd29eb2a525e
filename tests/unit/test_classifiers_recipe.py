"""What a last training takes from those of the splits, by hand calculation; test images decide on nothing."""

import numpy as np
import pytest

from augury.classifiers.recipe import NONE, NOTE, read_recipe, recipe_of, save_recipe
from augury.command.errors import UserError
from augury.metrics.temperature_prior import fit_with_prior
from augury.prediction.calibration import calibration_of
from augury.tables.predictions import Predictions

CLASSES = ("x", "y")


def judged(parts, labels, probabilities):
    names = np.array([f"i{number}" for number in range(len(parts))])
    return Predictions(names, names, names, np.array(parts), np.array(labels), np.array(probabilities), CLASSES)


def record(split, seed, **more):
    return {"arm": "real", "classifier": "cnn", "split": split, "seed": seed, "leaked": False} | more


PARTS = ["validation", "validation", "validation", "test"]
FIRST = judged(PARTS, [0, 1, 0, 1], [[0.9, 0.1], [0.8, 0.2], [0.6, 0.4], [0.1, 0.9]])
SECOND = judged(PARTS, [1, 1, 0, 0], [[0.3, 0.7], [0.1, 0.9], [0.2, 0.8], [0.6, 0.4]])


def test_epochs_are_averaged_and_one_temperature_is_fitted_to_all_validation_images():
    records = [record("fold1", 0, best_epoch=7), record("fold2", 0, best_epoch=10)]
    recipe = recipe_of(records, [FIRST, SECOND])
    assert (recipe.epoch, recipe.best_epochs, recipe.trainings, recipe.splits) == (9, [7, 10], 2, ["fold1", "fold2"])
    rows = [FIRST.of("validation"), SECOND.of("validation")]
    labels = np.array([0, 1, 0, 1, 1, 0])
    fitted = fit_with_prior(np.concatenate([each.probabilities for each in rows]), labels)
    made = calibration_of({"calibration": recipe.calibration}, "")
    assert (made.temperature, made.images, made.reason) == (fitted.temperature, 6, "")
    assert made.labels.tolist() == labels.tolist()
    # Two trainings judged i1 of class y and i2 of class x: specimens that count once.
    assert made.weights.tolist() == [1, 0.5, 0.5, 1, 0.5, 0.5]
    alone = [fit_with_prior(each.probabilities, each.labels).temperature for each in rows]
    assert fitted.temperature > max(alone) > 1  # more images draw it further from the prior


def test_scores_and_scales_are_those_of_all_trainings():
    scales = [{"distance": [2, 1], "probability": [0.75, 3]}, {"distance": [4, 3], "probability": [0.5, 1]}]
    records = [
        record(f"fold{n}", 0, best_epoch=7, calibration={"scores": kept}, reference={"scales": each})
        for n, (kept, each) in enumerate(zip(("1 2 3", "-1 0 5"), scales, strict=True))
    ]
    recipe = recipe_of(records, [FIRST, SECOND])
    assert calibration_of({"calibration": recipe.calibration}, "").scores.tolist() == [1, 2, 3, -1, 0, 5]
    assert recipe.scales == {"distance": [3, 2], "probability": [0.625, 2]}
    assert recipe_of([records[0], record("fold1", 0, best_epoch=7)], [FIRST, SECOND]).scales is None


def test_what_is_said_of_test_images_changes_nothing():
    records = [record("fold1", 0, best_epoch=7)]
    wrong = judged(PARTS, [0, 1, 0, 1], [*FIRST.probabilities[:3].tolist(), [0.99, 0.01]])
    assert recipe_of(records, [wrong]) == recipe_of(records, [FIRST])
    changed = judged(PARTS, [0, 1, 0, 1], [*FIRST.probabilities[:2].tolist(), [0.1, 0.9], [0.1, 0.9]])
    assert recipe_of(records, [changed]).calibration != recipe_of(records, [FIRST]).calibration


def test_without_validation_images_the_temperature_is_1_and_the_last_epoch_is_kept():
    tested = judged(["test"] * 4, FIRST.labels, FIRST.probabilities)
    recipe = recipe_of([record("fold1", 0, best_epoch=32)], [tested])
    assert (recipe.epoch, recipe.calibration["temperature"]) == (32, 1.0)
    assert recipe.calibration["reason"] == "there are no validation images"


def test_an_ensembles_weights_are_means_over_its_runs_and_shared_by_a_classifiers_trainings():
    members = [
        [{"classifier": "a", "seed": 0, "weight": 0.5}, {"classifier": "a", "seed": 1, "weight": 0.3},
         {"classifier": "b", "seed": 0, "weight": 0.2}],
        [{"classifier": "a", "seed": 0, "weight": 0.2}, {"classifier": "a", "seed": 1, "weight": 0.2},
         {"classifier": "b", "seed": 0, "weight": 0.6}],
    ]  # fmt: skip
    records = [record(f"fold{n}", 0, members=each, classifier="both") for n, each in enumerate(members)]
    recipe = recipe_of(records, [FIRST, SECOND])
    assert recipe.weights == pytest.approx({"a": 0.6, "b": 0.4})
    assert recipe.weights_of(["a", "b", "a"]).tolist() == pytest.approx([0.3, 0.4, 0.3])
    assert (recipe.epoch, recipe.best_epochs) == (None, [])


def test_a_leak_is_carried_on_and_other_recipes_are_refused(tmp_path):
    recipe = recipe_of([record("fold1", 0, best_epoch=7), record("fold2", 0, best_epoch=7, leaked=True)], [FIRST] * 2)
    assert recipe.leaked
    save_recipe(tmp_path / "recipe.json", recipe)
    assert read_recipe(tmp_path / "recipe.json") == recipe
    assert recipe.record() == {"calibration": recipe.calibration, "final": NOTE}
    assert NONE.record() == {}
    with pytest.raises(UserError, match="several arms or classifiers"):
        recipe_of([record("fold1", 0), record("fold1", 0, arm="gan")], [FIRST] * 2)
    (tmp_path / "other.json").write_text('{"arm": "real"}')
    with pytest.raises(UserError, match="no recipe of a last training"):
        read_recipe(tmp_path / "other.json")
