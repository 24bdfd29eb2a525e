"""Which image a path of a user's table names."""

import os
import unicodedata
from pathlib import Path

import pytest

from augury.command.errors import UserError
from augury.specimens.joins import PathJoin
from augury.tables.brought import BroughtRow

FILES = ["A/000.png", "A/001.png", "A/only_a.png", "B/000.png", "B/001.png", "B/deep/x.PNG", "B/Fusulinélla 1.jpg"]
ROOT = Path("/data/set/images")


def joined(*paths, files=FILES, roots=(ROOT,)):
    rows = [BroughtRow(line, {"path": path}) for line, path in enumerate(paths, start=2)]
    join = PathJoin(rows, roots, files=[ROOT / file for file in files])
    found = [[os.path.relpath(file, ROOT) for file, named in join.by_file.items() if row in named] for row in rows]
    return found, [(each.row.line, [os.path.relpath(file, ROOT) for file in each.files]) for each in join.ambiguous]


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("A/000.png", "A/000.png"),
        ("./A/000.png", "A/000.png"),
        ("A//000.png", "A/000.png"),
        ("A\\000.png", "A/000.png"),
        (".\\A\\000.png", "A/000.png"),
        ("B/../A/000.png", "A/000.png"),
        ("A/000", "A/000.png"),
        ("A/000.PNG", "A/000.png"),
        ("a/000.png", "A/000.png"),
        ("B/deep/x.png", "B/deep/x.PNG"),
        ("/data/set/images/A/000.png", "A/000.png"),
        ("C:\\Users\\me\\images\\A\\000.png", "A/000.png"),
        ("file:///data/set/images/A/000.png", "A/000.png"),
        ("images/A/000.png", "A/000.png"),
        ("photos/A/000.png", "A/000.png"),
        ("only_a.png", "A/only_a.png"),
        ("only_a", "A/only_a.png"),
        ("photos/only_a.png", "A/only_a.png"),
        ("A/photos/000.png", "A/000.png"),
        ("x.png", "B/deep/x.PNG"),
        (unicodedata.normalize("NFD", "B/Fusulinélla 1.jpg"), "B/Fusulinélla 1.jpg"),
        ("B/fusulinélla\u00a01.jpeg", "B/Fusulinélla 1.jpg"),
    ],
)
def test_one_image_is_meant(path, file):
    assert joined(path) == ([[file]], [])
    if not path.startswith(("B/..", "/data", "file:")):
        assert joined(path, roots=()) == ([[file]], [])


@pytest.mark.parametrize(
    "path",
    [
        "Alpha/000.png",  # fits A and B alike
        "B/only_a.png",  # B is a class, and the image lies in another
        "B/photos/only_a.png",
        "A/deep/x.png",
        "A/002.png",
        "A/000.tif",
        "A",
        "000.jpg",
    ],
)
def test_none_is_meant(path):
    assert joined(path) == ([[]], [])


def test_names_that_fit_two_classes_are_ambiguous():
    assert joined("A/001.png", "000.png") == ([["A/001.png"], []], [(3, ["A/000.png", "B/000.png"])])
    assert joined("A/000.png", "000.png")[1] == [(3, ["A/000.png", "B/000.png"])]


def test_a_longer_path_says_more():
    files = ["train/cat/1.png", "test/cat/1.png"]
    assert joined("1.png", "train/cat/1.png", files=files) == ([["test/cat/1.png"], ["train/cat/1.png"]], [])
    assert joined("cat/1.png", files=files) == ([[]], [(2, files)])


def test_what_lies_as_it_is_written_comes_before_what_lies_deeper():
    assert joined("A/000.png", files=["A/000.png", "B/A/000.png"]) == ([["A/000.png"]], [])
    assert joined("A/1.PNG", "A/1.png", files=["A/1.PNG", "A/1.png"]) == ([["A/1.PNG"], ["A/1.png"]], [])
    assert joined("a/1.png", files=["A/1.PNG", "A/1.png"]) == ([["A/1.png"]], [])
    assert joined("b/1.png", "B/2.png", files=["B/1.png", "b/2.png"]) == ([[], []], [])


def test_one_name_with_two_extensions_is_one_specimen():
    assert joined("A/1", files=["A/1.png", "A/1.tif", "A/10.png"]) == ([["A/1.png", "A/1.tif"]], [])
    assert joined("A/1.5", files=["A/1.5.png", "A/1.png"]) == ([["A/1.5.png"]], [])
    assert joined("A/1", files=["A/1.ome.tif"]) == ([["A/1.ome.tif"]], [])


def test_a_strange_folder_counts_only_where_its_names_tell_images_apart():
    assert joined("p/only_a.png", "p/x.PNG") == ([["A/only_a.png"], ["B/deep/x.PNG"]], [])
    assert joined("p/only_a.png", "p/000.png") == ([[], []], [])
    assert joined("p/only_a.png", "q/only_a.png") == ([[], []], [])
    assert joined("A/only_a.png", "p/only_a.png") == ([["A/only_a.png"], []], [])


def test_two_rows_of_one_image_are_both_kept():
    assert joined("A/000.png", "./A/000.PNG") == ([["A/000.png"], ["A/000.png"]], [])


def test_bytes_that_are_no_text_are_letters_of_windows():
    name = os.fsdecode(b"A/caf\xe9.png")
    assert joined("A/café.png", files=[name]) == ([[name]], [])
    assert joined(name, files=[name]) == ([[name]], [])


def test_content_comes_before_the_path():
    rows = [BroughtRow(2, {"path": "A/000.png", "part": "train"}), BroughtRow(3, {"sha256": "AB" * 32, "part": "test"})]
    join = PathJoin(rows, [ROOT], files=[ROOT / file for file in FILES])
    assert join.find(ROOT / "A/000.png", "ab" * 32) is rows[1]
    assert join.rows_of(ROOT / "A/000.png", "ab" * 32) == rows[::-1]
    assert join.find(ROOT / "A/000.png", "cd" * 32) is rows[0]
    assert join.find(ROOT / "B/000.png", "cd" * 32) is None


def test_other_files_are_listed_only_where_a_path_is_not_written_as_it_is(tmp_path):
    rows = [BroughtRow(2, {"path": "A/000.png"}), BroughtRow(3, {"path": "B\\000.png"}), BroughtRow(4, {"path": "x"})]
    gone = tmp_path / "images"
    join = PathJoin(rows, [gone])
    assert [join.find(gone / path) for path in ("A/000.png", "B/000.png")] == rows[:2]
    with pytest.raises(UserError, match="is missing"):
        join.find(gone / "C/x.png")


def test_a_name_that_very_many_files_have_takes_no_time():
    files = [f"c{class_:03d}/{number:03d}.png" for class_ in range(100) for number in range(20)]
    paths = [f"old/{number:03d}.png" for number in range(20)] * 20 + ["c007/003", "003.png"]
    files_found, ambiguous = joined(*paths, files=files)
    assert files_found[-2:] == [["c007/003.png"], []]
    assert not any(files_found[:-2])
    assert ambiguous == [(len(paths) + 1, ["c000/003.png", "c001/003.png"])]
