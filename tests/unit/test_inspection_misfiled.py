"""Names of files that speak of another class than their folder's."""

import pytest

from augury.inspection.misfiled import misfiled


def found(files):
    """{path: class} of files given as folder/name."""
    files = [*files, *(f"{folder}/{number}.png" for folder in {f.split("/")[0] for f in files} for number in range(9))]
    paths = [f"images/{file}" for file in files]
    by_index, sentences = misfiled(paths, [file.split("/")[0] for file in files])
    assert not sentences
    return {files[index]: other for index, other in by_index.items()}


def test_another_class_in_a_name():
    files = ["01_Normal/tapered_12.png", "02_Tapered/Tapered-3.png", "01_Normal/NORMAL7.png", "02_Tapered/x normal.png"]
    assert found(files) == {"01_Normal/tapered_12.png": "02_Tapered", "02_Tapered/x normal.png": "01_Normal"}


@pytest.mark.parametrize("file, other", [
    ("calanoid/calanoid_eggs_1.png", "calanoid_eggs"),  # the longest is meant
    ("calanoid_eggs/calanoid_1.png", "calanoid"),
    ("calanoid_eggs/calanoid_eggs_1.png", None),
    ("calanoid/abnormal_1.png", None),  # part of a word
    ("other/calanoid_vs_other.png", None),  # speaks of its own, too
    ("b/calanoid.png", "calanoid"),
    ("calanoid/b_1.png", None),  # a letter is no name
    ("calanoid/1.png", None),
])  # fmt: skip
def test_what_a_name_speaks_of(file, other):
    rest = ["calanoid/x.png", "calanoid_eggs/x.png", "other/x.png", "b/x.png", "1/x.png"]
    assert found([file, *rest]) == ({file: other} if other else {})


def test_names_of_two_other_classes_say_nothing():
    assert found(["grey/sand_clay.png", "sand/0.png", "clay/0.png"]) == {}


def test_classes_that_are_told_by_their_numbers():
    assert found(["class1/class2_7.png", "class2/class2_8.png"]) == {"class1/class2_7.png": "class2"}


def test_the_way_in_which_a_class_is_named_is_told_once():
    paths = [f"sand/clay_pit_{number}.png" for number in range(5)] + ["clay/1.png", "sand/1.png"]
    by_index, sentences = misfiled(paths, ["sand"] * 5 + ["clay", "sand"])
    assert not by_index
    assert sentences == ["5 of 6 file names in sand speak of clay"]
