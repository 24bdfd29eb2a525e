"""The verdict with something left out, by hand."""

import dataclasses
import itertools

import numpy as np
import pytest

from augury.command.errors import UserError
from augury.tables.predictions import write_predictions
from augury.tables.rows import PackRow, SplitRow
from augury.tables.sensitivity import SensitivityRow
from augury.tables.table import read_rows, write_rows
from augury.verdict.comparison import compare
from augury.verdict.decision import Rule
from augury.verdict.families import Primary
from augury.verdict.hanging import sentences
from augury.verdict.known import Known
from augury.verdict.runs import find_side
from augury.verdict.sensitivity import cases, halves
from augury.verdict.sensitivity import vary as judge
from tests.predicted import write_arm
from tests.scripts.in_process import call

CLASSES = ("Normal", "Tapered")


def vary(tmp_path, *words):
    """The rows, by (arm, what was left out)."""
    target = tmp_path / "sensitivity.tsv"
    call("vary_verdict", [*words, "--output", target, "--bootstrap", "200", "--threads", "1"])
    return {(row.arm, row.without): row for row in read_rows(target, SensitivityRow)}


def split_row(name, part, class_="Normal", specimen=""):
    return SplitRow(name, f"{name}.png", class_, specimen or name, part)


def write_split(folder, probabilities, labels, names):
    """One split, in which an arm gives each image's true class so much."""
    table = np.stack([1 - probabilities, probabilities], axis=1)
    table = np.where(labels[:, None] == 1, table, table[:, ::-1])
    path = folder / "fold0/seed0/predictions.tsv"
    write_predictions(path, names, names, names, ["test"] * len(names), labels, CLASSES, table)
    return folder


def test_halves_are_of_each_class_and_keep_specimens_together():
    """A specimen is as near as its images in the mean; an odd one is far; validation images are of no account."""
    angles = {"t": 0, "v": 50, "a1": 1, "a2": 21, "b": 10, "c": 40, "d": 60, "e": 70}
    features = {name: np.array([np.cos(np.radians(at)), np.sin(np.radians(at))]) * 7 for name, at in angles.items()}
    split = [split_row("t", "train"), split_row("v", "validation")]
    split += [split_row("a1", "test", specimen="a"), split_row("a2", "test", specimen="a"), split_row("b", "test")]
    split += [split_row("c", "test"), *(split_row(name, "test", "Tapered") for name in "ed")]
    assert halves(features, split) == ({"b", "d"}, {"a1", "a2", "c", "e"})
    split[3] = split_row("a2", "test", specimen="other")
    assert halves(features, split)[0] == {"a1", "b", "d"}
    assert halves({"b": features["b"]}, split) == (set(), set())


def test_a_word_that_hangs_on_one_split_is_told(tmp_path):
    """Two of three splits have no gain: without the third, nothing helps."""
    real = write_arm(tmp_path / "real", 0.5, splits=3, n=300)
    gan = write_arm(tmp_path / "gan", 0.5, splits=3, n=300)
    better = write_arm(tmp_path / "better", 0.95, splits=3, n=300)
    (better / "fold2/seed0/predictions.tsv").replace(gan / "fold2/seed0/predictions.tsv")
    rows = vary(tmp_path, "--baseline", real, "--arm", gan, "--training-set-variance", "0")
    row = rows["gan", "one split"]
    assert (row.cases, row.agrees, row.opposite) == (3, False, False)
    assert row.least == pytest.approx(0, abs=0.02)
    assert row.most == pytest.approx(1.5 * row.difference, abs=0.02)
    assert (row.low, row.high) == (None, None)
    assert sum(int(word.rsplit("(", 1)[1].rstrip(")")) for word in row.words.split(", ")) == 3
    told = sentences([row])
    assert told == [f"Without any one of the splits gan with the classifier: {row.word} becomes {row.words}."]


def test_each_repeat_is_judged_alone(tmp_path):
    """The first division of the specimens says that the arm helps, the second that it hurts; together neither."""
    for repeat, real, gan in (("", 0.5, 0.9), ("repeat2-", 0.9, 0.5)):
        layout = f"{repeat}{{split}}/seed{{seed}}"
        write_arm(tmp_path / "real", real, splits=3, n=300, layout=layout)
        write_arm(tmp_path / "gan", gan, splits=3, n=300, layout=layout)
    words = ["--baseline", tmp_path / "real", "--arm", tmp_path / "gan", "--training-set-variance", "0"]
    rows = vary(tmp_path, *words)
    row = rows["gan", "all but one repeat"]
    assert (row.cases, row.left_out, row.agrees, row.opposite) == (2, 0, False, True)
    assert sorted(row.words.split(", ")) == ["helps (1)", "hurts (1)"]
    assert (row.least, row.most) == (pytest.approx(-0.4, abs=0.05), pytest.approx(0.4, abs=0.05))
    assert rows["gan", "one split"].cases == 6
    told = sentences([row])
    assert told == [f"By each repeat of the splits alone gan with the classifier: {row.word} becomes {row.words}."]
    sides, counted = [find_side([tmp_path / name]) for name in ("real", "gan")], []
    given = [(sides[0], sides[1])], []
    judge(*given, Rule(), 50, 0, Primary(["accuracy"], [], []), Known(), lambda: counted.append(1))
    assert len(counted) == cases(*given) == 1 + 6 + 2


def test_two_repeats_of_one_split_are_told_once(tmp_path):
    """Without the one of them, the other is alone."""
    for name, repeat in itertools.product(("real", "gan"), ("", "repeat2-")):
        write_arm(tmp_path / name, 0.8, splits=1, n=40, layout=f"{repeat}{{split}}/seed{{seed}}")
    rows = vary(tmp_path, "--baseline", tmp_path / "real", "--arm", tmp_path / "gan")
    assert {without for _, without in rows} == {"doubted labels", "all but one repeat"}


def test_a_study_of_one_repeat_has_none_to_leave_out(tmp_path):
    for name in ("real", "gan"):
        write_arm(tmp_path / name, 0.8, splits=2, n=40)
    rows = vary(tmp_path, "--baseline", tmp_path / "real", "--arm", tmp_path / "gan")
    assert {without for _, without in rows} == {"doubted labels", "one split"}


def test_of_many_words_that_change_the_first_are_told(tmp_path):
    for name in ("real", "gan"):
        write_arm(tmp_path / name, 0.8, splits=2, n=40)
    row = vary(tmp_path, "--baseline", tmp_path / "real", "--arm", tmp_path / "gan")["gan", "one split"]
    rows = [dataclasses.replace(row, arm=f"x{number}", agrees=number == 0) for number in range(8)]
    [told] = sentences(rows)
    assert told.startswith("Without any one of the splits x1 with the classifier: ")
    assert told.endswith("; and 2 more.")
    none = dataclasses.replace(row, without="doubted labels", left_out=0)
    assert sentences([none]) == ["No label of a test image is doubted."]


def test_doubted_labels_are_left_out_of_both_sides(tmp_path):
    """Twenty of two hundred labels are wrong, and both arms say so; the rest is judged as if they were not there."""
    names, labels = [f"{index:03d}" for index in range(200)], np.arange(200) % 2
    wrong = np.arange(200) < 20
    real = np.where(wrong, 0.03, np.where(np.arange(200) < 110, 0.45, 0.97))
    arm = np.where(wrong, 0.03, 0.97)
    for folder, chances in (("real", real), ("gan", arm)):
        write_split(tmp_path / folder, chances, labels, names)
    words = ["--baseline", tmp_path / "real", "--arm", tmp_path / "gan", "--training-set-variance", "0"]
    row = vary(tmp_path, *words)["gan", "doubted labels"]
    assert (row.left_out, row.cases, row.words) == (20, 1, "helps")
    assert row.difference == pytest.approx(90 / 200)
    assert row.least == row.most == pytest.approx(90 / 180)
    assert row.low < row.least < row.high
    assert sentences([row]) == ["Without doubted labels (20 of the test images) every word stays."]


def test_near_and_far_images_are_those_of_the_features(tmp_path):
    """The arm is better on far images alone; near ones are those whose feature points where training images' do."""
    names, labels = [f"{index:03d}" for index in range(240)], np.arange(240) % 2
    far = np.arange(240) >= 120
    write_split(tmp_path / "real", np.where(far & (np.arange(240) % 3 > 0), 0.3, 0.9), labels, names)
    write_split(tmp_path / "gan", np.full(240, 0.9), labels, names)
    rows = [split_row("t", "train")] + [
        split_row(name, "test", CLASSES[label]) for name, label in zip(names, labels, strict=True)
    ]
    vectors = np.concatenate([[[1, 0]], np.where(far[:, None], [[0.5, 1]], [[1, 0.1]])]).astype(np.float16)
    write_rows(tmp_path / "fold0.tsv", SplitRow, rows)
    write_rows(tmp_path / "pack.tsv", PackRow, [PackRow(row.sha256) for row in rows])
    np.save(tmp_path / "features.npy", vectors)
    words = ["--baseline", tmp_path / "real", "--arm", tmp_path / "gan", "--training-set-variance", "0"]
    words += ["--features", "net", tmp_path / "features.npy", "--rows", tmp_path / "pack.tsv"]
    found = vary(tmp_path, *words, "--splits", tmp_path / "fold0.tsv")
    near, rest = found["gan", "near images"], found["gan", "far images"]
    assert (near.by, near.left_out, rest.left_out) == ("net", 120, 120)
    assert near.least == pytest.approx(2 / 3)
    assert rest.least == 0
    assert (near.words, rest.agrees) == ("helps", False)
    assert ("gan", "one split") not in found
    np.save(tmp_path / "features.npy", vectors[1:])
    with pytest.raises(UserError, match=r"features of 240 images and .*pack\.tsv 241; make it again"):
        vary(tmp_path, *words, "--splits", tmp_path / "fold0.tsv")


def test_words_are_the_verdicts_whether_areas_are_ranked_or_not(tmp_path):
    """AUROC is left out where it is not primary: the other rows are what they were, and their corrections too."""
    arms = [write_arm(tmp_path / name, right, splits=3) for name, right in (("real", 0.6), ("gan", 0.8), ("like", 0.6))]
    sides = [find_side([arm]) for arm in arms]
    given = [(sides[0], side) for side in sides[1:]], Rule(), 200, 0
    whole, quick = (compare(*given, ranked=ranked)[0] for ranked in (True, False))
    assert [row for row in quick if row.measure != "auroc"] == [
        dataclasses.replace(row, p_holm=other.p_holm, p_equivalence_holm=other.p_equivalence_holm)
        for row, other in zip(whole, quick, strict=True)
        if row.measure != "auroc"
    ]
    primary = [[row for row in rows if row.family == "primary"] for rows in (whole, quick)]
    assert primary[0] == primary[1]
    assert primary[0]
