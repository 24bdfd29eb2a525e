"""Ensembles: weights against closed forms and a general optimiser, and rows that are matched by what they show."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize

from augury.classifiers.recipe import Recipe
from augury.command.errors import UserError
from augury.ensembles.members import combine, describe, read_members
from augury.ensembles.weights import TOLERANCE, equal_weights, likeliest_weights
from augury.prediction.calibration import calibrate, calibration_of
from augury.tables.predictions import write_predictions

CLASSES = ("x", "y", "z")


def test_weights_of_two_members_by_hand():
    """3 log(0.2 + 0.6 w) + log(0.8 - 0.6 w) has its maximum where 3 (0.8 - 0.6 w) = 0.2 + 0.6 w: at w = 11/12."""
    weights = likeliest_weights(np.array([[0.8, 0.2]] * 3 + [[0.2, 0.8]]))
    assert weights == pytest.approx([11 / 12, 1 / 12], abs=1e-3)


def test_a_member_that_is_worse_on_every_image_counts_nothing():
    assert likeliest_weights(np.array([[0.9, 0.1], [0.6, 0.5]])) == pytest.approx([1, 0], abs=1e-6)


def test_members_that_are_alike_share_alike():
    assert likeliest_weights(np.array([[0.3, 0.3], [0.9, 0.9]])) == pytest.approx([0.5, 0.5], abs=1e-12)


def test_an_image_that_all_rule_out_decides_nothing():
    with_it = likeliest_weights(np.array([[0.8, 0.2]] * 3 + [[0.2, 0.8], [0.0, 0.0]]))
    assert with_it == pytest.approx([11 / 12, 1 / 12], abs=1e-3)


def mean_log_likelihood(of_truth, weights):
    return float(np.log(of_truth @ weights).mean())


@pytest.mark.parametrize("seed", range(5))
def test_no_general_optimiser_finds_likelier_weights(seed):
    """SciPy's SLSQP on the simplex, from three starting points."""
    random = np.random.default_rng(seed)
    of_truth = random.beta(2, 1, (30, 4))
    weights = likeliest_weights(of_truth)
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()
    simplex = {"bounds": [(0, 1)] * 4, "constraints": {"type": "eq", "fun": lambda w: w.sum() - 1}}
    for start in random.dirichlet(np.ones(4), 3):
        other = minimize(lambda w: -mean_log_likelihood(of_truth, w), start, method="SLSQP", **simplex)
        assert mean_log_likelihood(of_truth, weights) >= -other.fun - 2 * TOLERANCE


class Run:
    """Predictions of one classifier: two validation and two test images of specimens a to d."""

    def __init__(self, folder, classifier, probabilities, seed=0, arm="real", **changes):
        self.folder = folder / "fold0" / "classifiers" / arm / classifier / f"seed{seed}"
        columns = {
            "sha256": list("abcd"),
            "paths": [f"{name}.png" for name in "abcd"],
            "specimens": list("abcd"),
            "parts": ["validation", "validation", "test", "test"],
            "labels": [0, 1, 2, 0],
            "classes": CLASSES,
        } | changes
        write_predictions(self.folder / "predictions.tsv", **columns, probabilities=np.array(probabilities))
        record = {"classifier": classifier, "arm": arm, "split": "fold0", "seed": seed, "leaked": False}
        record |= {"n_train": {"real": 3}, "seconds": 2.5}
        record |= {"parameters": 10, "device": "cpu", "threads": 1, "precision": "fp32"}
        (self.folder / "classifier.json").write_text(json.dumps(record))


GOOD = [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6], [0.1, 0.1, 0.8]]
BAD = [[0.2, 0.4, 0.4], [0.4, 0.2, 0.4], [0.0, 0.0, 1.0], [0.7, 0.1, 0.2]]


def members_of(*runs):
    return read_members(
        [run.folder / "predictions.tsv" for run in runs], [run.folder / "classifier.json" for run in runs]
    )


def test_equal_weights_give_the_mean(tmp_path):
    members = members_of(Run(tmp_path, "a", GOOD), Run(tmp_path, "b", BAD))
    mixed, weights, weighed = combine(members, "equal")
    assert mixed[0] == pytest.approx([0.5, 0.25, 0.25])
    assert mixed[3] == pytest.approx([0.4, 0.1, 0.5])
    assert (weights.tolist(), weighed) == ([0.5, 0.5], False)


def test_a_classifier_weighs_the_same_however_many_runs_it_has():
    """Two arms of a probe and a network with three seeds; in the second the probe has a run a seed, too."""
    assert equal_weights(["probe", "cnn", "cnn", "cnn"]).tolist() == pytest.approx([1 / 2, 1 / 6, 1 / 6, 1 / 6])
    assert equal_weights(["probe", "probe", "probe", "cnn", "cnn", "cnn"]).tolist() == pytest.approx([1 / 6] * 6)


def test_weights_follow_from_validation_images_alone(tmp_path):
    """On them the first member is better everywhere; what either says of test images changes nothing."""
    members = members_of(Run(tmp_path, "a", GOOD), Run(tmp_path, "b", BAD))
    mixed, weights, weighed = combine(members, "validation")
    assert weighed
    assert weights == pytest.approx([1, 0], abs=1e-6)
    assert mixed == pytest.approx(np.array(GOOD), abs=1e-6)
    swapped = [*GOOD[:2], *BAD[2:]], [*BAD[:2], *GOOD[2:]]
    others = members_of(*(Run(tmp_path, name, rows) for name, rows in zip("cd", swapped, strict=True)))
    assert combine(others, "validation")[1].tolist() == weights.tolist()


def test_without_validation_images_weights_are_equal(tmp_path):
    tested = {"parts": ["test"] * 4}
    members = members_of(Run(tmp_path, "a", GOOD, **tested), Run(tmp_path, "b", BAD, **tested))
    assert combine(members, "validation")[1:] == (pytest.approx([0.5, 0.5]), False)


def test_a_recipe_gives_the_weights_where_no_image_is_left(tmp_path):
    nothing = {"sha256": [], "paths": [], "specimens": [], "parts": [], "labels": []}
    runs = [Run(tmp_path, name, np.zeros((0, 3)), seed, **nothing) for name, seed in (("a", 0), ("a", 1), ("b", 0))]
    recipe = Recipe("real", "both", 2, ["fold0"], [], None, {}, {"a": 0.8, "b": 0.2}, False)
    mixed, weights, weighed = combine(members_of(*runs), "validation", recipe)
    assert (mixed.shape, weights.tolist(), weighed) == ((0, 3), pytest.approx([0.4, 0.4, 0.2]), True)


def test_rows_are_matched_by_sha256(tmp_path):
    turned = Run(
        tmp_path, "b", BAD[::-1], sha256=list("dcba"), paths=[f"{name}.png" for name in "dcba"],
        specimens=list("dcba"), parts=["test", "test", "validation", "validation"], labels=[0, 2, 1, 0],
    )  # fmt: skip
    straight = members_of(Run(tmp_path, "a", GOOD), Run(tmp_path, "c", BAD))
    assert np.array_equal(
        combine(members_of(Run(tmp_path, "a", GOOD), turned), "equal")[0], combine(straight, "equal")[0]
    )


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"sha256": list("abce")}, "did not judge the same images, such as d.png"),
        ({"sha256": list("abcc")}, "did not judge the same images"),
        ({"labels": [0, 1, 2, 1]}, "differ in the true class or the part of d.png"),
        ({"parts": ["validation", "test", "test", "test"]}, "differ in the true class or the part of b.png"),
        ({"classes": ("x", "z", "y")}, "other classes"),
        ({"arm": "gan"}, "is not of arm real"),
    ],
)
def test_members_that_do_not_belong_together_are_told(tmp_path, changes, message):
    with pytest.raises(UserError, match=message):
        members_of(Run(tmp_path, "a", GOOD), Run(tmp_path, "b", BAD, **changes))


def test_a_single_member_is_no_ensemble(tmp_path):
    with pytest.raises(UserError, match="two members at least"):
        members_of(Run(tmp_path, "a", GOOD))


def test_the_description_names_members_and_adds_up_their_cost(tmp_path):
    members = members_of(Run(tmp_path, "a", GOOD), Run(tmp_path, "a", BAD, seed=3))
    record = describe("both", members, np.array(BAD), np.array([0.25, 0.75]), True, 0)
    assert record["members"] == [
        {"classifier": "a", "seed": 0, "weight": 0.25},
        {"classifier": "a", "seed": 3, "weight": 0.75},
    ]
    assert (record["classifier"], record["arm"], record["split"], record["seed"]) == ("both", "real", "fold0", 0)
    assert (record["seconds"], record["parameters"], record["device"], record["leaked"]) == (5.0, 20, "cpu", False)
    assert record["classes"] == list(CLASSES)
    # As a classifier's, whatever its test images say; members that keep no scores leave it without.
    validation = calibrate(np.array(BAD)[:2], np.array([0, 1]), ["a", "b"], np.zeros(0))
    assert validation.temperature > 1
    assert record["calibration"] == validation.record()


def test_an_ensembles_scores_of_validation_images_are_the_weighted_means_of_its_members(tmp_path):
    members = members_of(Run(tmp_path, "a", GOOD), Run(tmp_path, "b", BAD))
    records = [dict(each.description) for each in members]
    for record, kept in zip(records, ("1 2", "5 4"), strict=True):
        record["calibration"] = {"scores": kept}
    scored = [replace(each, description=record) for each, record in zip(members, records, strict=True)]
    record = describe("both", scored, np.array(BAD), np.array([0.25, 0.75]), True, 0)
    assert calibration_of(record, "classifier.json").scores.tolist() == [4, 3.5]
    scored[1] = replace(scored[1], description=records[1] | {"calibration": {"scores": "5"}})
    assert not len(calibration_of(describe("both", scored, np.array(BAD), np.ones(2) / 2, True, 0), "").scores)
    # What is said of test images reaches no threshold.
    wrong = np.concatenate([np.array(BAD)[:2], 1 / 3 + 0 * np.array(BAD)[2:]])
    assert (
        describe("both", members, wrong, np.ones(2) / 2, True, 0)["calibration"]
        == describe("both", members, np.array(BAD), np.ones(2) / 2, True, 0)["calibration"]
    )
