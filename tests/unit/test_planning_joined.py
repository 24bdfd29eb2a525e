"""Tables that name images otherwise, too few of them, or none: reported before anything runs."""

import hashlib
import json
import unicodedata
from pathlib import Path

import pytest

from augury.planning.reading import plan_study
from tests.project import small_config

FILES = [f"{class_}/{number:03d}.png" for class_ in "AB" for number in range(8)]
PARTS = [(path, "test" if path == FILES[-1] else "train") for path in FILES]
ROWS = [(path, f"s{number // 2}") for number, path in enumerate(FILES)]


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for path in FILES:
        put(path, f"the content of {path}")
    return tmp_path


def put(path, content):
    (Path("images") / path).parent.mkdir(parents=True, exist_ok=True)
    (Path("images") / path).write_text(content)


def plan(rows, column="specimen", **changes):
    Path("t.tsv").write_text(f"path\t{column}\n" + "".join(f"{path}\t{value}\n" for path, value in rows))
    of = {"specimen": {"specimens": {"table": "t.tsv"}}, "part": {"split": {"parts": "table", "table": "t.tsv"}}}
    return plan_study(small_config(**(of[column] | changes)))


def digests(study):
    return {class_: (study.contents.digest(class_), study.contents.brought_digest(class_)) for class_ in study.classes}


WRITTEN = {
    "as it is": lambda path: path,
    "without extension": lambda path: path.removesuffix(".png"),
    "another case of the extension": lambda path: path.replace(".png", ".PNG"),
    "letters' case": str.lower,
    "./": lambda path: f"./{path}",
    "//": lambda path: path.replace("/", "//"),
    "backslash": lambda path: path.replace("/", "\\"),
    "another folder": lambda path: f"old/photos/{path}",
    "absolute": lambda path: f"/home/me/images/{path}",
    "absolute of Windows": lambda path: "C:\\data\\" + path.replace("/", "\\"),
    "from the working folder": lambda path: f"images/{path}",
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("column", ["specimen", "part"])
def test_images_that_are_named_otherwise_are_found(place, written, column):
    rows = ROWS if column == "specimen" else [(path, "test" if "7" in path else "train") for path, _ in ROWS]
    plain, _ = plan(rows, column)
    study, mistakes = plan([(written(path), value) for path, value in rows], column)
    assert not mistakes
    assert not study.notes
    assert digests(study) == digests(plain)


def test_letters_of_two_unicode_forms_are_one(place):
    for column, value in (("specimen", "s"), ("part", "test")):
        for file, named in (("NFC", "NFD"), ("NFD", "NFC")):
            path = unicodedata.normalize(file, "A/Fusulinélla.png")
            put(path, file)
            study, _ = plan(
                [*ROWS, (unicodedata.normalize(named, path), value)]
                if column == "specimen"
                else [*PARTS, (unicodedata.normalize(named, path), value)],
                column,
            )
            assert not study.notes
            (Path("images") / path).unlink()


@pytest.mark.parametrize("column", ["specimen", "part"])
def test_a_table_that_names_no_image_stops_the_plan(place, column):
    study, mistakes = plan([("Alpha/000.png", "test"), ("Beta/000.png", "test")], column)
    key = {"specimen": "specimens", "part": "split"}[column]
    assert study is None
    assert mistakes == [
        f"`{key}.table` t.tsv names no image: its first line, line 2, says `Alpha/000.png`, the first image is "
        "`A/000.png`; write paths from the folder `images` on, CLASS/NAME, or give sha256"
    ]


def test_what_a_table_leaves_open_is_told(place):
    study, mistakes = plan([*ROWS[:5], ("B/099.png", "s9"), *ROWS[8:], ("C/1.png", "s1"), ("A/7", "")])
    assert not mistakes
    assert study.notes == [
        "`specimens.table` t.tsv: 1 line gives no specimen, the first: line 17",
        "`specimens.table` t.tsv names 13 of 16 images; the others are specimens of their own, with their copies, the "
        "first: `A/005.png`; 2 lines name none, the first: line 7, `B/099.png`",
    ]
    study, _ = plan([(path, "test") for path in (*FILES[:3], FILES[-1])], "part")
    assert study.notes == [
        "`split.table` t.tsv names 4 of 16 images; the others are divided into train and validation, the first: "
        "`A/003.png`"
    ]


def test_a_line_without_a_path_is_told(place):
    study, _ = plan([*ROWS, (" ", "s9")])
    assert study.notes == [
        "`specimens.table` t.tsv names 16 of 16 images; 1 line names none, the first: line 18, `no path`"
    ]


def test_lines_of_classes_that_the_study_leaves_out_are_no_fault(place):
    put("C/000.png", "another class")
    put("C/only.png", "another class, another image")
    rows = [*ROWS, ("C/000.png", "s0"), ("C/only.png", "s1")]
    study, _ = plan(rows, classes=["A", "B"])
    assert not study.notes


@pytest.mark.parametrize(("column", "values"), [("specimen", ("s0", "s9")), ("part", ("train", "test"))])
def test_an_image_that_is_given_two_values_stops_the_plan(place, column, values):
    key = {"specimen": "specimens", "part": "split"}[column]
    plain = [(FILES[0], values[0]), *(ROWS[1:] if column == "specimen" else [(path, "train") for path in FILES[1:]])]
    for again in ("A/000.png", "./A/000", "images\\A\\000.PNG"):
        _, mistakes = plan([*plain, (again, values[1])], column)
        assert mistakes == [
            f"`{key}.table` t.tsv: lines 2 and 18 give `A/000.png` the {column}s {values[0]} and {values[1]}; keep one "
            "of them"
        ]
    put("A/copy.png", "the content of A/000.png")
    _, mistakes = plan([*plain, ("A/copy.png", values[1])], column)
    assert mistakes == [
        f"`{key}.table` t.tsv: lines 2 and 18 give `A/copy.png`, of which `A/000.png` is a copy, the {column}s "
        f"{values[0]} and {values[1]}; keep one of them"
    ]
    study, mistakes = plan([*plain, ("A/copy.png", values[0]), ("A/000.png", values[0])], column)
    assert not mistakes
    assert not study.notes


@pytest.mark.parametrize("column", ["specimen", "part"])
def test_names_that_fit_images_of_two_classes_stop_the_plan(place, column):
    _, mistakes = plan([("A/000.png", "test"), ("001.png", "test")], column)
    key = {"specimen": "specimens", "part": "split"}[column]
    assert mistakes == [
        f"`{key}.table` t.tsv, line 3: `001.png` fits `A/001.png` and `B/001.png`; write the folder too"
    ]


def test_words_for_parts(place):
    values = ["Training", "train ", "Val ", "dev", "TEST"]
    study, _ = plan([(path, values[number % 5]) for number, path in enumerate(FILES)], "part")
    assert study.contents.brought_parts == ["test", "train", "validation"]
    parts = [word.partition("=")[2] for word in study.contents.brought_words("A")[1:]]
    assert sorted(parts) == sorted(
        ["train", "train", "validation", "validation", "test", "train", "train", "validation"]
    )
    _, mistakes = plan([("A/000.png", "train"), ("A/001.png", "exam")], "part")
    assert mistakes == ["`split.table` t.tsv, line 3: part 'exam' is none of train, validation, reserve, test"]


def test_excluded_files_are_no_rivals(place):
    put("A/masks/only.png", "a mask")
    put("B/only.png", "an image")
    assert plan([*ROWS, ("only.png", "s5")])[1][0].endswith(
        "`only.png` fits `A/masks/only.png` and `B/only.png`; write the folder too"
    )
    study, mistakes = plan([*ROWS, ("only.png", "s5")], exclude=["masks"])
    assert not mistakes
    assert not study.notes


def test_how_other_tables_were_read_is_told(place):
    Path("tx.csv").write_bytes("class;genus\nA;Fusulinélla\nB;Misellina\n".encode("latin-1"))
    study, mistakes = plan_study(small_config(taxonomy="tx.csv"))
    assert not mistakes
    assert study.notes == ["`taxonomy` tx.csv is no UTF-8; read as Windows-1252, as in line 2: `A;Fusulinélla`"]


def test_a_changed_image_is_told(place):
    sha256s = [hashlib.sha256((Path("images") / path).read_bytes()).hexdigest() for path in FILES]
    lines = [
        f"{path},{sha256.upper()},s{place}" for place, (path, sha256) in enumerate(zip(FILES, sha256s, strict=True))
    ]
    Path("t.csv").write_text("path,sha256,specimen\n" + "\n".join(lines) + "\n")
    config = small_config(specimens={"table": "t.csv"})
    assert plan_study(config)[0].notes == []
    put(FILES[2], "changed")
    assert plan_study(config)[0].notes == [
        "`specimens.table` t.csv: 1 line has another sha256 than the image that the path names, the first: line 4, "
        "`A/002.png`"
    ]


def test_what_stands_for_nothing_names_no_specimen(place):
    values = ["NA", "nan", "-", "?", "NULL", "\\N", "#N/A", " s  1 ", "s 1"]
    study, mistakes = plan([*zip(FILES, values, strict=False), *ROWS[9:]])
    assert not mistakes
    assert study.contents.names["A"] == [None] * 7 + ["s 1"]
    assert study.contents.names["B"][0] == "s 1"
    assert study.notes[0] == "`specimens.table` t.tsv: 7 lines give no specimen, the first: line 2"


def test_many_parts_go_through_a_file(place):
    for number in range(800):
        put(f"A/more{number}.png", f"more {number}")
    study, _ = plan(
        [(f"A/more{n}.png", "train") for n in range(800)] + [("A/000.png", "test"), ("B/000.png", "test")], "part"
    )
    option, path = study.contents.brought_words("A")
    assert option == "--words-from"
    record = json.loads(Path(path).read_text())
    assert (record[0], len(record)) == ("--parts", 802)
    assert study.contents.brought_words("A") is study.contents.brought_words("A")
