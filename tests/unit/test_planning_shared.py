"""What a plan knows of specimens that show several classes, by their names."""

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest

from augury.command.errors import UserError
from augury.generators.data import load_training_part
from augury.planning.reading import plan_study
from augury.splits.assign import assign_parts
from augury.splits.brought import parts_by_folder
from augury.splits.plan import parse_split
from augury.splits.shared import Shared
from augury.tables.rows import ImageRow
from tests.project import small_config

REGEX = {"specimens": {"regex": "(patient[0-9]+)"}}
FOLDS = {"split": {"folds": 5, "validation": 0.15}}


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(path, content=None):
    path = Path("images") / path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content or f"the content of {path}")


def patients(class_, numbers, images=2):
    for number in numbers:
        for view in range(images):
            put(f"{class_}/patient{number:02}_{view}.png")


def planned(**changes):
    study, mistakes = plan_study(small_config(**(REGEX | FOLDS | changes)))
    assert not mistakes, mistakes
    return study


def shared_of(study, class_, split):
    words = study.contents.shared.words(class_, split)
    assert not words or words[0] == "--shared"
    return json.loads(words[1]) if words else {}


def rows_of(study, split):
    """The split's rows of all classes, from images that are called as their names say, and what was left out."""
    rows, left_out = [], []
    for class_, images in study.contents.images.items():
        names = dict(study.contents.named[class_])
        index = {sha: ImageRow(sha, str(path), class_, f"g:{names[sha]}" if sha in names else sha[:16], 9, 9, "L")
                 for _, path, sha in reversed(images)}  # fmt: skip
        settings, brought = study.config.split, dict(study.contents.brought(class_))
        if settings.parts == "folders":
            brought = parts_by_folder(list(index.values()))
        assigned = assign_parts(
            list(index.values()), brought, frozenset(study.contents.brought_parts), settings,
            parse_split(split, settings.folds), Shared(**shared_of(study, class_, split)),
        )  # fmt: skip
        rows, left_out = rows + assigned[0], left_out + assigned[1]
    return rows, left_out


def parts_of(rows):
    found = {}
    for row in rows:
        found.setdefault(row.specimen, set()).add(row.part)
    return found


@pytest.mark.parametrize("named_by", ["regex", "table"])
def test_no_patient_is_in_two_parts(place, named_by):
    patients("normal", range(20))
    patients("tapered", range(10, 26))
    paths = sorted(path.relative_to("images").as_posix() for path in Path("images").rglob("*.png"))
    Path("s.tsv").write_text("path\tspecimen\n" + "".join(f"{path}\t{path.split('/')[1][:9]}\n" for path in paths))
    study = planned(**({} if named_by == "regex" else {"specimens": {"table": "s.tsv"}}))
    assert list(study.contents.shared.specimens) == [f"g:patient{number}" for number in range(10, 20)]
    tested = Counter()
    for split in study.splits:
        rows, left_out = rows_of(study, split)
        parts = parts_of(rows)
        assert not left_out
        assert len(rows) == 72
        assert all(len(its) == 1 for its in parts.values())
        tested.update(name for name, its in parts.items() if its == {"test"})
        for class_, number in (("normal", 20), ("tapered", 16)):
            sizes = Counter({row.specimen: row.part for row in rows if row.class_ == class_}.values())
            assert sizes["test"] in (number // 5, -(-number // 5))
        names = {name for name, its in parts.items() if its == {"test"} and name in study.contents.shared.specimens}
        assert study.contents.shared.tested(["normal"], split) == ["--tested", *sorted(names)]
    assert set(tested.values()) == {1}
    assert len(tested) == 26


def test_another_image_of_one_class_changes_nothing_that_another_is_told(place):
    patients("normal", range(20))
    patients("tapered", range(10, 26))

    def digests():
        study = planned()
        return {class_: [study.contents.shared.digest(class_, split) for split in study.splits] for class_ in
                study.classes}  # fmt: skip

    before = digests()
    put("normal/patient03_9.png")  # of a patient of this class alone
    put("normal/patient77_0.png")  # of a new one
    put("normal/patient12_9.png")  # of one that shows both already
    assert digests() == before
    put("tapered/patient77_0.png")
    after = digests()
    assert all(after[class_] != before[class_] for class_ in before)
    patients("amorphous", range(30, 40))
    assert digests() == after | {"amorphous": [""] * 5}
    assert planned().contents.shared.tested(["amorphous"], "fold1") == []


def test_where_no_name_spans_classes_nothing_is_told(place):
    patients("normal", range(10))
    patients("tapered", range(10, 20))
    study = planned()
    assert not study.notes
    for class_ in study.classes:
        assert study.contents.shared.words(class_, "fold1") == study.contents.shared.tested([class_], "fold1") == []
        assert study.contents.shared.digest(class_, "fold1") == ""
    patients("tapered", [3])
    study = planned(split={"unit": "image", "folds": 5}, guard="record")
    assert (study.contents.shared.specimens, study.notes) == ({}, [])


def test_the_plan_says_that_specimens_show_several_classes_and_what_to_do_if_they_do_not(place):
    patients("normal", range(10))
    patients("tapered", range(8, 20))
    [note] = planned().notes
    assert note == (
        "names say that 2 specimens show several classes, the first: patient08 in normal, tapered; each has one part "
        "for all. If names begin anew in each class, let the name hold the class's, as in `specimens.regex: "
        "([^/]+/[0-9]+)`"
    )
    assert not planned(specimens={"regex": "([^/]+/patient[0-9]+)"}).notes


def test_equal_files_of_two_patients_make_no_one_patient_of_them(place):
    patients("normal", range(10))
    patients("tapered", range(10, 20))
    for number in (1, 2, 11):
        put(f"normal/patient{number:02}_9.png", "a blank image")
    study = planned()
    assert study.contents.shared.specimens == {}
    assert study.contents.most_specimens("normal") == 10
    put("tapered/patient02_9.png", "another image")
    study = planned()
    assert study.contents.shared.specimens == {"g:patient02": ("normal", "tapered")}
    normal, tapered = (shared_of(study, class_, "fold1")["parts"] for class_ in ("normal", "tapered"))
    assert normal == tapered


@pytest.mark.parametrize("how", ["folders", "table"])
def test_training_images_of_a_specimen_that_another_class_tests_are_left_out(place, how):
    for part, numbers in (("train", range(12)), ("test", range(12, 16))):
        patients(f"{part}/normal", numbers)
        patients(f"{part}/tapered", [number + 20 for number in numbers])
    patients("train/tapered", [13])  # tested in normal
    patients("test/tapered", [2])  # trained in normal
    patients("train/tapered", [5, 6])  # trained in both
    split = {"parts": "folders", "validation": 0.2}
    if how == "table":
        files = sorted(path for path in Path("images").rglob("*.png"))
        lines = []
        for path in files:
            part, class_, name = path.parts[1:]
            Path("flat", class_).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, Path("flat", class_, name))
            lines.append(f"{class_}/{name}\t{part}\n")
        Path("parts.tsv").write_text("path\tpart\n" + "".join(lines))
        split = {"parts": "table", "table": "parts.tsv", "validation": 0.2}
    study = planned(split=split, images="images" if how == "folders" else "flat")
    rows, left_out = rows_of(study, "holdout")
    assert Counter((row.class_, Path(row.path).name[:9]) for row in left_out) == {
        ("tapered", "patient13"): 2, ("normal", "patient02"): 2
    }  # fmt: skip
    parts = parts_of(rows)
    assert all(len(its) == 1 for its in parts.values())
    assert parts["g:patient13"] == parts["g:patient02"] == {"test"}
    assert parts["g:patient05"] <= {"train", "validation"}
    # 11 specimens of normal and 14 of tapered are left to divide: .2 of them round to 2 and 3.
    for class_, number in (("normal", 2), ("tapered", 3)):
        assert len({row.specimen for row in rows if (row.class_, row.part) == (class_, "validation")}) == number
    names = ["g:patient02", "g:patient13"]
    assert study.contents.shared.tested(["normal"], "holdout") == ["--tested", *names]


def test_a_class_of_one_patient_is_told_when_it_is_planned(place):
    patients("normal", range(12))
    patients("tapered", [3], images=20)
    study, mistakes = plan_study(small_config(**REGEX, **FOLDS))
    assert study is None
    assert len(mistakes) == 1
    assert mistakes[0].startswith("class 'tapered' has 1 specimen, too few for the sizes and folds in `split`: 5 would")


def test_a_class_whose_shared_specimens_leave_a_part_empty_is_told(place):
    # Each class has three patients for three parts. Where patient 0 of all classes is, no other may be, and of the
    # others each two meet in a class: they would need three more parts, and there are two.
    for class_, numbers in (("a", (0, 1, 2)), ("b", (0, 1, 3)), ("c", (0, 2, 3))):
        patients(class_, numbers)
    study, mistakes = plan_study(small_config(**REGEX, split={"validation": 0.34, "test": 0.34}))
    lacking = {class_ for class_ in "abc" if any(f"class '{class_}' has n" in message for message in mistakes)}
    if study:
        for class_ in "abc":
            assigned = set(shared_of(study, class_, "holdout")["parts"].values())
            missing = [part for part in ("validation", "test") if part not in assigned]
            lacking |= set(class_ if missing else ())
            sentence = (
                f"class '{class_}' has no {' and no '.join(missing)} image in holdout: all of its 3 specimens show"
            )
            assert any(note.startswith(sentence) for note in study.notes) == bool(missing)
    assert lacking


def test_the_guard_of_a_class_s_generator_knows_what_other_classes_test(tmp_path):
    import numpy as np

    from augury.tables.rows import PackRow, SplitRow
    from augury.tables.table import write_rows

    np.save(tmp_path / "a.npy", np.zeros((3, 4, 4, 1), np.uint8))
    write_rows(tmp_path / "a.tsv", PackRow, [PackRow(sha) for sha in "123"])
    rows = [SplitRow(sha, f"{sha}.png", "a", f"g:p{sha}", "train") for sha in "123"]
    write_rows(tmp_path / "split.tsv", SplitRow, rows)
    asked = [tmp_path / "a.npy"], [tmp_path / "split.tsv"], ["a"], "enforce", "generator g", "train"
    assert len(load_training_part(*asked, tested=["g:p4"]).rows) == 3
    with pytest.raises(
        UserError, match=r"generator g would train on 1 images of specimens in its test part \(2\.png\)"
    ):
        load_training_part(*asked, tested=["g:p2"])
    part = load_training_part(*asked[:3], "record", "generator g", "train", tested=["g:p2"])
    assert part.leaked == ["2"]
