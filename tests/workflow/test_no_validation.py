"""A whole run without a validation part, for which few images are too dear: to the verdict, and by hand."""

import json

import pytest

from tests.project import Project, draw_classes, small_config, table
from tests.scripts.in_process import call

pytestmark = pytest.mark.slow

FLIPS = {"flip_horizontal": True}
PROBE = {"family": "probe", "backbones": ["tf_efficientnet_lite0"], "size_px": 32, "dihedral_views": False}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Two classes of eight images, all of which are trained on or tested; a probe, a network, and both together."""
    folder = tmp_path_factory.mktemp("no_validation")
    draw_classes(folder / "images", 2, 8)
    config = small_config(generators={}, seeds=[0, 1], split={"validation": 0, "test": 0.25})
    config["classifiers"]["probe"] = PROBE
    config["arms"] = {
        "real": {},
        "twice": {"real": 2},
        "mixup": {"with": {"mixup": 0.2}},
        "copies": {"classical": 1, "classical_augmentation": FLIPS},
    }
    ensembles = {"both": {"classifiers": ["cnn", "probe"], "weights": "validation"}}
    made = Project(folder, config | {"ensembles": ensembles})
    made.log = made.snakemake().stderr
    return made


def test_nothing_is_left_to_do_and_nothing_is_said_of_validation(project):
    assert project.planned() == {}
    assert "to validate cost a probe" not in project.log


@pytest.mark.parametrize("name, epoch", [("cnn", 2), ("probe", 1), ("both", None)])
def test_trainings_see_all_that_is_not_tested_and_keep_their_last_epoch(project, name, epoch):
    folder = project.results() / "holdout" / "classifiers" / "real" / name / "seed0"
    record = json.loads((folder / "classifier.json").read_text())
    assert (record["n_train"]["real"], record.get("best_epoch")) == (12, epoch)
    assert (record["calibration"]["temperature"], record["calibration"]["images"]) == (1, 0)
    assert [row["part"] for row in table(folder / "predictions.tsv")] == ["test"] * 4
    if name == "both":  # without an image to weigh by, alike
        assert {member["weight"] for member in record["members"]} == {0.5}


def test_there_is_a_verdict_which_says_what_it_lacks(project):
    tables = project.results() / "tables"
    rows = [row for row in table(tables / "verdict.tsv") if row["class"] == "all"]
    assert {(row["arm"], row["classifier"]) for row in rows} == {
        (arm, name) for arm in ("twice", "copies") for name in ("cnn", "probe", "both")
    } | {("mixup", "cnn")}
    assert {row["n_specimens"] for row in rows} == {"4"}
    caution = {row["measure"]: row["caution"] for row in rows}
    assert caution["accuracy"] == ""
    assert caution["brier"] == "temperature 1, as there are no validation images"
    assert (tables / "coverage.tsv").read_text().count("\n") == 1  # a header: nothing promises a set
    assert "<h1" in (project.results() / "report.html").read_text()


def test_new_images_get_a_class_and_no_promise(project, tmp_path, capsys):
    folder = project.results() / "holdout" / "classifiers" / "real" / "both" / "seed0"
    call("predict_images", [
        "--classifier", folder, "--images", project.folder / "images" / "c00", "--output", tmp_path / "new.tsv",
        "--threads", 1,
    ])  # fmt: skip
    rows = table(tmp_path / "new.tsv")
    assert len(rows) == 8
    assert {(row["prediction_set"], row["abstained"], row["out_of_distribution"]) for row in rows} == {("", "", "")}
    assert "no prediction sets: there are no validation images" in "".join(capsys.readouterr())


def test_by_hand_the_verdict_is_the_studys(project, tmp_path):
    """Which classifiers are probes, stand for all seeds or saw random copies is read beside the predictions.

    An arm of `with` has the classifiers that were trained on it.
    """
    results, words = project.results(), []
    for option, arm in (("--baseline", "real"), ("--arm", "twice"), ("--arm", "mixup"), ("--arm", "copies")):
        words += [option, results / "holdout" / "classifiers" / arm]
    call("judge_arms", [
        *words, "--primary-classifiers", "cnn", "--bootstrap", 100, "--output", tmp_path / "verdict.tsv",
        "--threads", 1,
    ])  # fmt: skip
    key = ("arm", "classifier", "class", "measure")
    by_hand, planned = (
        sorted(({name: row[name] for name in row if name != "check"} for row in table(path)),
               key=lambda row: [row[name] for name in key])
        for path in (tmp_path / "verdict.tsv", results / "tables" / "verdict.tsv")
    )  # fmt: skip
    assert by_hand == planned
