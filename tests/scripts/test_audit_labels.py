"""audit_labels from the command line: labels that were exchanged on purpose are found."""

import json
import re

import numpy as np
import pytest

from augury.command.errors import UserError
from augury.prediction import split_images, study_audit
from augury.tables.predictions import write_predictions
from augury.tables.rows import SplitRow
from augury.tables.table import read_rows, write_rows
from augury.tables.unknown import DoubtRow
from tests.project import Project, draw_classes, draw_image, small_config
from tests.scripts.in_process import call

CLASSES = ("Normal", "Tapered", "Pyriform")
WRONG = {3: 1, 25: 2, 50: 0}  # image -> the label that it was given by mistake; the others are place // 20


def write_run(folder, name, seed, leaked=False, classes=CLASSES, indices=range(60), part="test"):
    """Predictions of a good classifier: over 0.9 for the true class, and noise that depends on the seed."""
    run = folder / f"{name}/classifiers/real/cnn/seed{seed}"
    truth = np.array([index // 20 for index in indices])
    labels = [WRONG.get(index, index // 20) for index in indices]
    noise = np.random.default_rng([seed, 0]).dirichlet(np.ones(3), len(truth))
    probabilities = 0.9 * np.eye(3)[truth] + 0.1 * noise
    names = [f"{index:02d}" for index in indices]
    write_predictions(run / "predictions.tsv", names, names, names, [part] * len(names), labels, classes, probabilities)
    (run / "classifier.json").write_text(json.dumps({"leaked": leaked}))
    return run / "predictions.tsv"


def audit(tmp_path, paths, *more):
    call("audit_labels", ["--predictions", *paths, "--output", tmp_path / "doubts.tsv", *more])
    return read_rows(tmp_path / "doubts.tsv", DoubtRow)


def test_exchanged_labels_are_found_once_each_over_folds_and_seeds(tmp_path):
    paths = [write_run(tmp_path, "fold1", seed, indices=range(0, 60, 2)) for seed in (0, 1)]
    paths += [write_run(tmp_path, "fold2", seed, indices=range(1, 60, 2)) for seed in (0, 1, 2)]
    rows = audit(tmp_path, paths)
    assert {int(row.path): CLASSES.index(row.class_) for row in rows} == WRONG
    for row in rows:
        assert row.suggested == CLASSES[int(row.path) // 20]
        assert row.runs == row.agree == (2 if int(row.path) % 2 == 0 else 3)
        assert row.quality < 0.1 < 0.9 <= row.suggested_probability
    assert [row.quality for row in rows] == sorted(row.quality for row in rows)


def test_the_page_shows_doubted_images_beside_others_of_both_classes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for index in range(60):
        draw_image(tmp_path / f"{index:02d}.png", index, index // 20)
        (tmp_path / f"{index:02d}.png").rename(tmp_path / f"{index:02d}")
    rows = audit(tmp_path, [write_run(tmp_path, "fold1", 0)], "--page", tmp_path / "doubts.html")
    data = json.loads(re.search(r'id="data">(.*)</script>', (tmp_path / "doubts.html").read_text())[1])
    [section] = data["sections"]
    assert len(section["groups"]) == len(rows) == 3
    for group, row in zip(section["groups"], rows, strict=True):
        own, *others = (data["pictures"][number] for number in group["pictures"])
        assert (own["path"], own["label"], own["suggested"]) == (row.path, row.class_, row.suggested)
        assert [each["label"] for each in others] == [row.class_] * 3 + [row.suggested] * 3
        labels = {f"{index:02d}": CLASSES[WRONG.get(index, index // 20)] for index in range(60)}
        assert all(each["fixed"] and labels[each["path"]] == each["label"] for each in others)
        assert row.path not in {each["path"] for each in others}
    assert all(data["thumbnails"])
    assert data["specimens"] is None, "of other images runs say nothing"


def test_runs_that_leak_and_parts_that_were_not_asked_for_do_not_count(tmp_path, capsys):
    paths = [write_run(tmp_path, "fold1", 0), write_run(tmp_path, "fold1", 1, leaked=True)]
    paths += [write_run(tmp_path, "fold2", 0, part="validation")]
    assert {row.runs for row in audit(tmp_path, paths)} == {2}
    assert "1 runs leak and are left out" in capsys.readouterr().out
    assert {row.runs for row in audit(tmp_path, paths, "--parts", "test")} == {1}
    with pytest.raises(UserError, match="all runs leak"):
        audit(tmp_path, paths[1:2])
    with pytest.raises(UserError, match="no image is of the test part"):
        audit(tmp_path, paths[2:], "--parts", "test")


def test_a_class_that_was_never_held_out_is_no_obstacle(tmp_path):
    rows = audit(tmp_path, [write_run(tmp_path, "fold1", 0, indices=[*range(20), *range(26, 40)])])
    assert [int(row.path) for row in rows] == [3]


def test_other_classes_are_refused(tmp_path):
    paths = [write_run(tmp_path, "fold1", 0), write_run(tmp_path, "fold1", 1, classes=("x", "y", "z"))]
    with pytest.raises(UserError, match="different classes"):
        audit(tmp_path, paths)


def test_what_was_trained_on_every_specimen_judged_nothing(tmp_path, capsys):
    last = tmp_path / "final/classifiers/real/cnn/seed0/predictions.tsv"
    write_predictions(last, [], [], [], [], [], CLASSES, np.zeros((0, 3)))
    (last.parent / "classifier.json").write_text(json.dumps({"leaked": False}))
    rows = audit(tmp_path, [write_run(tmp_path, "fold1", 0), last])
    assert {row.runs for row in rows} == {1}
    assert "judged by 1 runs" in capsys.readouterr().out
    with pytest.raises(UserError, match="holds no image that its classifier had not trained on"):
        audit(tmp_path, [last])


def test_a_study_is_audited_before_anything_is_trained(tmp_path, monkeypatch, capsys):
    project = Project(tmp_path, small_config())
    draw_classes(tmp_path / "images", 2, 8)
    monkeypatch.chdir(tmp_path)
    # One network is enough, and one image that lies, and one that speaks, of the other class.
    monkeypatch.setattr(study_audit, "PACKAGED", ["tf_efficientnet_lite0"])
    monkeypatch.setattr(split_images, "BLOCK", 4)  # of 9 and 7
    (tmp_path / "images/c01/003.png").rename(tmp_path / "images/c00/far.png")
    (tmp_path / "images/c01/005.png").rename(tmp_path / "images/c01/c00.png")
    words = ["--configfile", "study.yaml", "--output", "doubts.tsv"]
    with pytest.raises(UserError, match="an audit of labels needs the study's splits"):
        call("audit_labels", words)
    for class_ in ("c00", "c01"):
        names = sorted(path.name for path in (tmp_path / "images" / class_).iterdir())
        rows = [
            SplitRow(f"{class_}{name}", f"images/{class_}/{name}", class_, f"{class_}{name}", "train") for name in names
        ]
        write_rows(project.results() / "splits" / "holdout" / f"{class_}.tsv", SplitRow, rows)
    call("audit_labels", [*words, "--page", "doubts.html"])
    data = json.loads(re.search(r'id="data">(.*)</script>', (tmp_path / "doubts.html").read_text())[1])
    assert data["specimens"] == {}, "each is of one image, and all are known"
    assert next(each["specimen"] for each in data["pictures"] if not each.get("fixed")) == "c00far.png"
    rows = {row.path: row for row in read_rows(tmp_path / "doubts.tsv", DoubtRow)}
    assert (rows["images/c00/far.png"].suggested, rows["images/c00/far.png"].agree) == ("c01", 1)
    assert "images/c01/c00.png" not in rows  # a letter is no name
    assert "of 16 images, judged by networks, are worth a second look" in capsys.readouterr().out


def test_either_a_study_or_predictions(tmp_path):
    run = write_run(tmp_path, "fold1", 0)
    for words in ([], ["--predictions", run, "--config", "images=x"]):
        with pytest.raises(UserError, match="name either a study"):
            call("audit_labels", [*words, "--output", tmp_path / "doubts.tsv"])


def test_names_of_files_and_pairs_are_told(tmp_path, capsys):
    truth = np.array([0] * 10 + [1] * 10)
    labels = np.array([0] * 10 + [0] * 4 + [1] * 6)  # four of class 1 are labelled 0
    names = [f"{index}.png" for index in range(19)] + ["normal_19.png"]
    run = tmp_path / "classifiers/real/cnn/seed0"
    probabilities = 0.05 + 0.9 * np.eye(2)[truth]
    write_predictions(
        run / "predictions.tsv", names, names, names, ["test"] * 20, labels, ("Normal", "Tapered"), probabilities
    )
    (run / "classifier.json").write_text(json.dumps({"leaked": False}))
    rows = audit(tmp_path, [run / "predictions.tsv"])
    first = rows[0]
    assert (first.path, first.class_, first.suggested, first.named) == ("normal_19.png", "Tapered", "Normal", "Normal")
    assert {row.path for row in rows[1:]} == {f"{index}.png" for index in range(10, 14)}
    assert not any(row.named for row in rows[1:])
    assert "4 of 14 images labelled Normal look like Tapered" in capsys.readouterr().out
