"""The guard for images from elsewhere, by rows alone: what shows a specimen of the study, by likeness or by name."""

import pytest

from augury.command.errors import UserError
from augury.splits.elsewhere import admitted, known_images, shown_by
from augury.tables.rows import DuplicateRow, ImageRow, SplitRow


def image(name, specimen="", class_="a"):
    return ImageRow(name, f"site/{class_}/{name}.png", class_, specimen or name, 32, 32, "RGB")


def twin(elsewhere, own):
    return DuplicateRow(elsewhere, "", "a", own, "", "a", "near", "flip", 0.99, conflict=False)


OWN = [image("own1"), image("own2", "g:S2"), image("own3", class_="b")]


def test_what_is_new_to_the_study_is_tested_as_it_is():
    rows, left_out = admitted([image("x"), image("y", "g:T1", "b")], [], OWN, "site")
    assert rows == [
        SplitRow("x", "site/a/x.png", "a", "x", "test"), SplitRow("y", "site/b/y.png", "b", "g:T1", "test")
    ]  # fmt: skip
    assert left_out == []


@pytest.mark.parametrize(
    "stolen, twins, reason",
    [
        ([image("x")], [twin("x", "own1")], "own1.png"),  # by likeness
        ([image("x", "g:S2", "b")], [], "own2.png"),  # by name, in another class
        ([image("x", "s"), image("y", "s")], [twin("y", "own3")], "own3.png"),  # another view of what is alike
        ([image("own3", class_="b")], [twin("own3", "own3")], "own3.png"),  # the very file
    ],
)
def test_what_shows_a_specimen_of_the_study_is_left_out_and_told(stolen, twins, reason, capsys):
    rows, left_out = admitted([image("new"), *stolen], twins, OWN, "site")
    assert [row.sha256 for row in rows] == ["new"]
    assert [row.path for row in left_out] == [each.path for each in stolen]
    assert all(reason in row.reason for row in left_out)
    assert f"{len(stolen)} of {len(stolen) + 1} images are left out" in capsys.readouterr().out


def test_names_that_were_found_by_likeness_are_no_names():
    """Groups of lookalikes are called by a hash: equal ones in two collections are one file, which is a twin anyway."""
    assert shown_by([image("x", "own1")], [], OWN) == {}


def test_an_image_in_two_classes_is_in_none():
    rows, left_out = admitted([image("x"), image("x", class_="b"), image("y")], [], OWN, "site")
    assert [row.sha256 for row in rows] == ["y"]
    assert [row.class_ for row in left_out] == ["a", "b"]


def test_a_set_that_holds_the_study_alone_is_refused():
    with pytest.raises(UserError, match="test set site has no image that is new"):
        admitted([image("x")], [twin("x", "own1")], OWN, "site")


@pytest.mark.parametrize("part", ["train", "validation", "reserve", "test"])
def test_a_pool_may_hold_what_is_trained_on_and_nothing_that_is_tested(part):
    rows = [SplitRow("own1", "images/a/own1.png", "a", "own1", part)]
    pool, twins = [image("x"), image("new")], [twin("x", "own1")]
    if part != "test":
        assert known_images(pool, twins, rows, "enforce", "generator near") == ({"x"}, [])
        return
    with pytest.raises(UserError, match=r"site/a/x\.png \(of images/a/own1\.png\)"):
        known_images(pool, twins, rows, "enforce", "generator near")
    assert known_images(pool, twins, rows, "record", "generator near") == (set(), ["own1"])
