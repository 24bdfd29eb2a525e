"""Corrections: which files change their class, which are left out, which specimens are named, and what stays."""

import csv
import hashlib
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from augury.images.sources import read_source
from augury.planning.inputs.data import Data
from augury.planning.reading import plan_study
from augury.study.images import Indexing
from augury.tables.corrections import COLUMNS
from tests.project import small_config

CLASSES = ("A", "B", "C")


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in CLASSES:
        for number in range(4):
            path = tmp_path / "images" / name / "site" / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{name}{number}")
    return tmp_path / "images"


def write(*rows, name="corrections.tsv"):
    with open(name, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, dialect="excel-tab")
        writer.writeheader()
        writer.writerows(rows)


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def plan_with_mistakes(corrections=("corrections.tsv",), **changes):
    changes = {"split": {"small_classes": "train"}} | changes
    return plan_study(small_config(generators={}, arms={"real": {}}, corrections=list(corrections), **changes))


def planned(corrections=("corrections.tsv",), **changes):
    study, mistakes = plan_with_mistakes(corrections, **changes)
    assert mistakes == []
    return study


def files(study, class_):
    source = read_source(study.files.folders(class_), study.files.choice(class_))
    assert source.files() == study.files.files(class_) == [path for _, path, _ in study.contents.images[class_]]
    return [path.relative_to("images").as_posix() for path in source.files()]


def settings(study, class_):
    return Data(study, None).index_settings(SimpleNamespace(class_=class_))


def test_an_image_of_another_class_and_one_that_is_excluded_touch_their_classes_alone():
    before = planned([])
    write({"path": "images/A/site/1.png", "class": "B"}, {"path": "/elsewhere/images/A/site/2.png", "exclude": "yes"})
    after = planned()
    assert files(after, "A") == ["A/site/0.png", "A/site/3.png"]
    assert files(after, "B") == ["A/site/1.png", *(f"B/site/{number}.png" for number in range(4))]
    assert files(after, "C") == files(before, "C")
    digests = {name: (before.contents.digest(name), after.contents.digest(name)) for name in CLASSES}
    assert [name for name, (one, other) in digests.items() if one != other] == ["A", "B"]
    assert [name for name in CLASSES if settings(before, name) != settings(after, name)] == []
    assert after.files.choice("C") == before.files.choice("C") == "{}"
    assert "`corrections` name 2 images: class of 1, specimen of 0, 1 excluded" in after.notes


def test_a_corrected_folder_is_the_same_class_as_one_whose_files_were_moved(root):
    write({"path": "A/site/1.png", "class": "B"})
    corrected = planned()
    (root / "A" / "site" / "1.png").rename(root / "B" / "site" / "moved.png")
    moved = planned([])
    assert [corrected.contents.digest(name) for name in CLASSES] == [moved.contents.digest(name) for name in CLASSES]


def test_named_specimens_touch_the_classes_that_show_them_alone(root):
    names = {"regex": r"([ABC]/site/[0-9])"}
    before = planned([], specimens=names)
    rows = [{"path": f"A/site/{number}.png", "sha256": sha(f"A{number}"), "specimen": "S1"} for number in (0, 1)]
    write(*rows)
    after = planned(specimens=names)
    assert dict(after.contents.named["A"]) == dict(before.contents.named["A"]) | {sha("A0"): "S1", sha("A1"): "S1"}
    assert [name for name in CLASSES if settings(before, name) != settings(after, name)] == ["A"]
    assert [name for name in CLASSES if before.contents.digest(name) != after.contents.digest(name)] == ["A"]
    given = Indexing(**json.loads(settings(after, "A"))).specimens
    assert given.regex is None
    with open(given.table, newline="", encoding="utf-8") as file:
        table = {row["sha256"]: row["specimen"] for row in csv.DictReader(file, dialect="excel-tab")}
    assert table == dict(after.contents.named["A"])
    assert settings(planned(specimens=names), "A") == settings(after, "A")


def test_a_specimen_of_two_classes_has_one_part_in_both():
    write(*({"path": f"{name}/site/0.png", "specimen": "S1"} for name in "AB"))
    assert planned().contents.shared.specimens == {"g:S1": ("A", "B")}


def test_what_is_said_last_counts_and_a_file_that_was_renamed_keeps_its_correction(root):
    write({"path": "A/site/1.png", "class": "B", "sha256": sha("A1")}, name="one.tsv")
    write({"path": "A/site/1.png", "class": "C", "sha256": sha("A1")}, name="two.tsv")
    assert "A/site/1.png" in files(planned(["one.tsv", "two.tsv"]), "C")
    (root / "A" / "site" / "1.png").rename(root / "A" / "new.png")
    assert "A/new.png" in files(planned(["one.tsv"]), "B")


def test_of_equal_files_the_one_that_was_looked_at_is_meant(root):
    (root / "B" / "site" / "twin.png").write_text("A1")
    write({"path": "B/site/twin.png", "exclude": "yes", "sha256": sha("A1")})
    study = planned()
    assert "A/site/1.png" in files(study, "A")
    assert "B/site/twin.png" not in files(study, "B")


def test_labels_of_a_table_are_corrected_and_a_file_without_one_gets_a_class():
    names = [f"{name}/site/{number}.png" for name in CLASSES for number in range(4)]
    Path("labels.csv").write_text("\n".join(["path,class", *(f"{name},{name[0]}" for name in names[:-1])]))
    write({"path": names[0], "class": "B"}, {"path": names[-1], "class": "C"})
    study = planned(labels={"table": "labels.csv"})
    assert [len(files(study, name)) for name in CLASSES] == [3, 5, 4]


@pytest.mark.parametrize(
    "row, words",
    [
        ({"path": "A/site/1.png", "class": "D"}, ["corrections.tsv, line 2", "class 'D' is none of the study's: A, B"]),
        ({"path": "A/site/1.png", "class": "B", "sha256": sha("x")}, ["line 2", "`A/site/1.png` is another image"]),
        ({"path": "A/site/9.png", "class": "B"}, ["line 2", "A/site/9.png, which is no file below images"]),
        ({"path": "A/site/1.png", "exclude": "perhaps"}, ["line 2", "`exclude` is 'perhaps'; write yes"]),
        ({"path": "site/1.png", "exclude": "yes"}, ["line 2", "fits `A/site/1.png` and `B/site/1.png`"]),
    ],
)
def test_a_line_that_cannot_be_meant_stops_the_plan(row, words):
    write(row)
    study, mistakes = plan_with_mistakes()
    assert study is None
    assert all(word in mistakes[0] for word in words), mistakes


def test_two_lines_that_contradict_each_other_stop_the_plan():
    write({"path": "A/site/1.png", "class": "B"}, {"path": "A/site/1.png", "class": "C"})
    _, [mistake] = plan_with_mistakes()
    assert "lines 2 and 3 give `A/site/1.png` for `class` B and C; keep one of them" in mistake


def test_a_line_whose_file_is_gone_is_told(root):
    write({"path": "A/site/1.png", "class": "B"}, {"path": "A/site/gone.png", "exclude": "yes"})
    assert "`corrections` corrections.tsv: 1 line names no file of the study, the first: line 3, `A/site/gone.png`" in (
        planned().notes
    )


def test_a_table_is_found_by_its_variable_and_one_that_is_missing_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("TABLES", str(tmp_path))
    write({"path": "A/site/1.png", "class": "B"})
    assert len(planned(["$TABLES/corrections.tsv"]).files.files("B")) == 5
    _, [mistake] = plan_with_mistakes(["gone.tsv"])
    assert "`corrections` gone.tsv" in mistake


def test_folders_of_parts_are_corrected_by_hand(root):
    for part in ("train", "test"):
        for name in "AB":
            for number in range(4):
                path = root.parent / "parted" / part / name / f"{number}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(f"{part}{name}{number}")
    write({"path": "train/A/1.png", "class": "B"})
    _, mistakes = plan_with_mistakes(images="parted", split={"parts": "folders"})
    assert any("`corrections` is given, and `split.parts` is folders" in mistake for mistake in mistakes)
