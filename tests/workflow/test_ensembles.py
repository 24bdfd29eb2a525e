"""Ensembles and explanations in a whole run: entries in the tables, figures, and trainings that are left alone."""

import json

import pytest
import yaml
from PIL import Image, ImageOps

from tests.project import Project, draw_classes, draw_image, small_config, table
from tests.scripts.in_process import call


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Three classes, one classifier with two seeds, no generator; and another site, which lacks a class."""
    folder = tmp_path_factory.mktemp("ensembles")
    draw_classes(folder / "images", 3, 10)
    for kind, name in enumerate(("c00", "c01")):
        for number in range(6):
            draw_image(folder / "site" / name / f"{number}.png", 500 + number, kind, (44, 36))
    with Image.open(folder / "images" / "c00" / "003.png") as image:  # of whatever part
        ImageOps.mirror(image).save(folder / "site" / "c01" / "stolen.png")
    config = small_config(generators={}, arms={"real": {}, "twice": {"real": 2}}, seeds=[0, 1], explain={"images": 2})
    config |= {"tests": {"site": "site"}, "corruptions": ["brightness"], "final": {"arm": "real", "ensemble": "both"}}
    made = Project(folder, config | {"ensembles": {"both": {"over_seeds": True, "weights": "validation"}}})
    made.snakemake()
    return made


def test_nothing_is_left_to_do(project):
    assert project.planned() == {}


def test_an_ensemble_is_an_entry_of_every_table(project):
    for name in ("classification", "per_class"):
        rows = [row for row in table(project.results() / "tables" / f"{name}.tsv") if row["classifier"] == "both"]
        assert {row["seed"] for row in rows} == {"0", "all"}
    cost = {
        (row["name"], row["seed"]): float(row["seconds"]) for row in table(project.results() / "tables" / "runtime.tsv")
    }
    assert cost["both", "0"] == pytest.approx(cost["cnn", "0"] + cost["cnn", "1"], abs=0.01)
    described = project.results() / "holdout" / "classifiers" / "real" / "both" / "seed0" / "classifier.json"
    weights = [member["weight"] for member in json.loads(described.read_text())["members"]]
    assert sum(weights) == pytest.approx(1)


def test_what_is_handed_over_was_trained_on_every_image_and_predicts(project):
    folder = project.results() / "final" / "classifiers" / "real"
    records = [json.loads((folder / "cnn" / f"seed{seed}" / "classifier.json").read_text()) for seed in (0, 1)]
    assert [record["n_train"]["real"] for record in records] == [30, 30]
    both = json.loads((folder / "both" / "seed0" / "classifier.json").read_text())
    studied = json.loads((project.results() / "holdout/classifiers/real/both/seed0/classifier.json").read_text())
    temperatures = [record["calibration"]["temperature"] for record in (both, studied)]
    assert temperatures[0] == pytest.approx(temperatures[1])  # of one run, the pooled temperature is its own
    assert "no test score of its own" in both["final"]
    card = (project.results() / "final" / "card.md").read_text()
    rows = table(project.results() / "tables" / "classification.tsv")
    wanted = ("real", "both", "all", "test")
    [own] = [row for row in rows if (row["arm"], row["classifier"], row["split"], row["part"]) == wanted]
    assert f"| accuracy | {float(own['accuracy']):.1%} (" in card
    assert table(folder / "both" / "seed0" / "predictions.tsv") == []
    call("predict_images", [
        "--classifier", folder / "both" / "seed0", "--images", project.folder / "images",
        "--output", project.folder / "predicted.tsv", "--threads", 1,
    ])  # fmt: skip
    assert len(table(project.folder / "predicted.tsv")) == 30


def test_explanations_are_on_the_page(project):
    page = (project.results() / "report.html").read_text()
    for name in ("grad_cam", "umap", "confused_pairs"):
        assert list((project.results() / "figures").glob(f"{name}.*"))
    assert "What classifiers look at (Grad-CAM)" in page
    folder = project.results() / "holdout" / "explanations" / "real" / "cnn" / "seed0"
    assert len(table(folder / "grad_cam.tsv")) == 2


def test_another_site_has_tables_and_a_verdict_of_its_own(project):
    site = project.results() / "tests" / "site"
    images = table(site / "images.tsv")
    assert [row["class"] for row in images] == ["c00"] * 6 + ["c01"] * 6
    (left_out,) = table(site / "left_out.tsv")
    assert left_out["path"].endswith("stolen.png")
    assert left_out["reason"].endswith("images/c00/003.png")
    assert len(table(site / "images" / "twins.tsv")) == 1
    rows = [row for row in table(site / "tables" / "classification.tsv") if row["split"] == "all"]
    assert {(row["arm"], row["classifier"], row["n_images"]) for row in rows} == {
        (arm, name, "12") for arm in ("real", "twice") for name in ("cnn", "both")
    }
    for name in ("cnn", "both"):  # the accuracy of the predictions themselves
        (mean,) = [float(row["accuracy"]) for row in rows if (row["arm"], row["classifier"]) == ("twice", name)]
        found = [table(path) for path in site.glob(f"holdout/classifiers/twice/{name}/seed*/predictions.tsv")]
        tested = [row for each in found for row in each if row["part"] == "test"]
        assert len(tested) == 12 * len(found) > 0
        assert mean == pytest.approx(sum(row["class"] == row["predicted"] for row in tested) / len(tested))
    verdict = table(site / "tables" / "verdict.tsv")
    assert {row["n_specimens"] for row in verdict if (row["class"], row["measure"]) == ("all", "accuracy")} == {"12"}
    page = (project.results() / "report.html").read_text()
    assert "Other test sets" in page
    assert "12 images of 12 specimens in 2 classes" in page
    assert "It has no images of c02. 1 image left out" in page


def test_a_corruption_has_tables_and_a_verdict_of_its_own(project):
    """The test images of every run, at five strengths that are one specimen."""
    under = project.results() / "tests" / "brightness"
    path = "holdout/classifiers/twice/cnn/seed1/predictions.tsv"
    corrupted, clean = table(under / path), [row for row in table(project.results() / path) if row["part"] == "test"]
    tested = [row for row in corrupted if row["part"] == "test"]
    assert [row["sha256"] for row in tested] == [f"{row['sha256']}-{at}" for row in clean for at in range(1, 6)]
    scores = [name for name in tested[0] if name.startswith("p:")]
    assert len({tuple(row[name] for name in scores) for row in tested}) > len(clean)  # strengths are not one image
    rows = [row for row in table(under / "tables" / "classification.tsv") if row["split"] == "all"]
    assert {(row["arm"], row["classifier"], row["n_images"], row["n_specimens"]) for row in rows} == {
        (arm, name, "30", "6") for arm in ("real", "twice") for name in ("cnn", "both")
    }
    for name in ("cnn", "both"):
        (row,) = [each for each in rows if (each["arm"], each["classifier"]) == ("twice", name)]
        found = [table(each) for each in under.glob(f"holdout/classifiers/twice/{name}/seed*/predictions.tsv")]
        right = [each["class"] == each["predicted"] for of in found for each in of if each["part"] == "test"]
        assert float(row["accuracy"]) == pytest.approx(sum(right) / len(right))
    verdict = [row for row in table(under / "tables" / "verdict.tsv") if row["class"] == "all"]
    (judged,) = [row for row in verdict if (row["classifier"], row["measure"]) == ("both", "accuracy")]
    assert (judged["arm"], judged["n_specimens"]) == ("twice", "6")
    values = {row["arm"]: float(row["accuracy"]) for row in rows if row["classifier"] == "both"}
    assert float(judged["difference"]) == pytest.approx(values["twice"] - values["real"])
    assert "The test part of each split under this corruption" in (project.results() / "report.html").read_text()


@pytest.mark.parametrize("place", ["", "tests/site", "tests/brightness"])
def test_by_hand_the_verdict_is_the_studys(project, place, tmp_path):
    """With ensembles, on another site and under a corruption; of seeds and splits as the plan has them."""
    results, key = project.results() / place, ("arm", "classifier", "class", "measure")
    call("judge_arms", [
        "--baseline", results / "holdout/classifiers/real", "--arm", results / "holdout/classifiers/twice",
        "--primary-classifiers", "cnn", "--bootstrap", 100, "--output", tmp_path / "verdict.tsv", "--threads", 1,
    ])  # fmt: skip
    tables = (tmp_path / "verdict.tsv", results / "tables" / "verdict.tsv")
    # By hand classifiers come in the order of their names, and each row's checksum with it.
    rows = [[{name: cell for name, cell in row.items() if name != "check"} for row in table(path)] for path in tables]
    by_hand, planned = (sorted(each, key=lambda row: [row[name] for name in key]) for each in rows)
    assert by_hand == planned


def test_a_new_image_of_the_site_trains_nothing(project):
    draw_image(project.folder / "site" / "c00" / "new.png", 700, 0)
    planned = project.planned()
    (project.folder / "site" / "c00" / "new.png").unlink()
    assert planned.keys() == {
        "index_elsewhere", "pack_elsewhere", "compare_elsewhere", "admit_elsewhere", "predict_elsewhere",
        "ensemble_elsewhere", "judge_elsewhere", "tabulate_elsewhere", "build_report",
    }  # fmt: skip


def test_another_ensemble_trains_and_explains_nothing(project):
    config = yaml.safe_load((project.folder / "study.yaml").read_text())
    project.write_config(config | {"ensembles": config["ensembles"] | {"mean": {"over_seeds": True}}})
    planned = project.planned()
    assert planned["ensemble_classifiers"] == [
        f"split=holdout, arm={arm}, ensemble=mean, seed=0" for arm in ("real", "twice")
    ]
    assert not {"train_classifier", "explain_classifier"} & planned.keys()
    project.write_config(config)


def test_without_what_is_handed_over_nothing_is_trained_and_every_table_stands(project):
    config = yaml.safe_load((project.folder / "study.yaml").read_text())
    project.write_config({key: value for key, value in config.items() if key != "final"})
    assert project.planned().keys() <= {"build_report"}
    project.write_config(config)


def test_fewer_images_to_explain_train_nothing(project):
    config = yaml.safe_load((project.folder / "study.yaml").read_text())
    project.write_config(config | {"explain": {"images": 1}})
    planned = project.planned()
    assert planned.keys() == {"explain_classifier", "plot_results", "build_report"}
    project.write_config(config)
