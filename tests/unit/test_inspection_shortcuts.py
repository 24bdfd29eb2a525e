"""Properties of files that tell the class, and what is told of them."""

import numpy as np
import pytest

from augury.inspection.messages import lines, shortcut_warnings, view_warnings
from augury.inspection.shortcuts import Labelled, properties, shortcuts
from augury.tables.inspection import HINT, WARNING, ViewsRow
from augury.tables.rows import HeaderRow, ImageRow


def labelled(counts: dict[str, int], views: int = 1) -> Labelled:
    """So many images of each class, every `views` of them of one specimen."""
    labels = np.repeat(np.arange(len(counts)), list(counts.values()))
    return Labelled(labels, np.arange(len(labels)) // views, sorted(counts))


def test_a_colour_mode_that_one_class_always_has():
    images = labelled({"a": 60, "b": 60, "c": 60})
    modes = ["L"] * 60 + (["L"] * 20 + ["RGB"] * 40) * 2
    (row,) = shortcuts({"mode": modes}, images)
    # L is taken for a, RGB for b: 1, 2/3 and 0 are told right.
    assert row.accuracy == pytest.approx((1 + 2 / 3 + 0) / 3)
    assert row.chance == pytest.approx(1 / 3)
    assert row.accuracy_low < row.accuracy < row.accuracy_high
    assert (row.class_, row.value, row.share, row.share_others) == ("a", "L", 1, pytest.approx(1 / 3))
    (sentence,) = shortcut_warnings([row])
    assert sentence.level == WARNING
    assert sentence.sentence.startswith(
        "the mode of the files alone tells a: 100% of its images have L, and 33% of the others'"
    )
    assert "channels: grey" in sentence.remedy
    assert lines([sentence]) == [f"warning: {sentence.sentence}; {sentence.remedy}"]


def test_the_ending_of_files_is_told_and_aliases_are_one():
    paths = [f"x/{n}.{'jpg' if n % 2 else 'JPEG'}" for n in range(20)] + [f"y/{n}.png" for n in range(20)]
    rows = [ImageRow(str(n), path, path[0], str(n), 64, 64, "L") for n, path in enumerate(paths)]
    rows_of_shortcuts = shortcuts(properties(rows), labelled({"x": 20, "y": 20}))
    assert [(row.property, row.accuracy) for row in rows_of_shortcuts] == [("ending", 1.0)]  # nothing else differs
    headers = [HeaderRow(row.sha256, "JPEG" if n < 10 else "PNG", "", "") for n, row in enumerate(rows)]
    known = properties(rows, headers)
    assert known["format"] == ["JPEG"] * 10 + ["PNG"] * 30
    assert set(known["camera"]) == {"none"}
    (warning,) = shortcut_warnings(rows_of_shortcuts)
    assert warning.sentence.startswith("the ending of the files alone tells")


def test_sizes_that_follow_a_form_are_a_hint_and_noise_is_none():
    random = np.random.default_rng(0)
    images = labelled({"a": 80, "b": 80})
    long = np.concatenate([random.normal(90, 10, 80), random.normal(120, 10, 80)])
    (row,) = shortcuts({"height": long}, images)
    assert 0.85 < row.accuracy < 1
    assert row.value == ""
    (sentence,) = shortcut_warnings([row])
    assert (sentence.level, sentence.kind) == (HINT, "shape")
    assert lines([sentence]) == []
    chance = shortcuts({"height": random.normal(90, 10, 160), "mode": random.choice(["L", "RGB"], 160)}, images)
    assert all(0.35 < row.accuracy < 0.6 for row in chance)
    assert shortcut_warnings(chance) == []
    assert shortcuts({"mode": ["L"] * 160}, images) == []


def test_images_of_one_specimen_are_in_one_fold():
    # Every specimen has a size of its own in 20 images: it tells nothing of another specimen.
    images = labelled({"a": 200, "b": 200}, views=20)
    sizes = [f"{specimen} x 1" for specimen in images.specimens]
    (row,) = shortcuts({"size": sizes}, images)
    assert row.accuracy == 0


def test_a_specimen_in_two_classes_counts_in_each():
    images = Labelled(np.array([0, 1] * 30), np.arange(60) // 2, ["a", "b"])
    (row,) = shortcuts({"mode": ["L", "RGB"] * 30}, images)
    assert (row.accuracy, row.accuracy_low, row.accuracy_high) == (1, 1, 1)


def test_properties_that_tell_the_same_class_share_a_line():
    images = labelled({"a": 40, "b": 40})
    known = {"compression": ["quality 90"] * 40 + ["none"] * 40, "format": ["JPEG"] * 40 + ["PNG"] * 40}
    known |= {"ending": ["jpg"] * 40 + ["png"] * 40, "mode": ["L", "RGB"] * 40}
    (sentence,) = shortcut_warnings(shortcuts(known, images))
    assert sentence.sentence.startswith(
        "the format of the files alone tells a: 100% of its images have JPEG, and 0% of"
    )
    assert sentence.sentence.endswith("chance 0.50), and so do the ending and compression")


def test_cameras_that_tell_classes_without_one_for_each():
    images = labelled(dict.fromkeys("abcd", 50))
    cameras = ["one", "two"] * 50 + ["three", "four"] * 50
    (sentence,) = shortcut_warnings(shortcuts({"camera": cameras}, images))
    assert sentence.sentence == (
        "the camera of the files alone tells classes (balanced accuracy 0.50 [0.50, 0.50], chance 0.25)"
    )
    assert sentence.remedy.startswith("photograph every class with every camera")


def test_of_few_images_a_value_tells_little():
    (few,) = shortcuts({"mode": ["L", "RGB"] * 50 + ["L"] * 3}, labelled({"a": 100, "b": 3}))
    assert (few.class_, few.value, few.share, few.share_others) == ("a", "RGB", 0.5, 0)
    assert few.beyond == pytest.approx(51 / 102 - 1 / 5)
    (many,) = shortcuts({"mode": ["L", "RGB"] * 50 + ["L"] * 98}, labelled({"a": 100, "b": 98}))
    assert many.beyond == pytest.approx(51 / 102 - 1 / 100)
    alone = ["L"] * 30 + ["RGB"] * 6
    assert [row.class_ for row in shortcut_warnings(shortcuts({"mode": alone}, labelled({"a": 30, "b": 6})))] == ["a"]


def test_rare_values_are_one():
    # Each image of a has a size of its own: rare sizes tell a, and the common one b.
    images = labelled({"a": 50, "b": 50})
    (row,) = shortcuts({"size": [f"{n} x 8" for n in range(50)] + ["9 x 9"] * 50}, images)
    assert row.accuracy == 1
    assert (row.class_, row.value, row.share, row.share_others) == ("b", "9 x 9", 1, 0)


def test_copies_and_views_are_told_with_their_numbers():
    rows = [
        ViewsRow("a", 100, 60, 0.0, 0.45, 7, 100, 0.31, 0.9, 0.33),
        ViewsRow("b", 100, 100, 0.0, 0.0, 1, 100, 0.82, 0.02, None),
        ViewsRow("c", 100, 20, 1.0, 0.0, 1, 100, 0.40, 0.6, None),  # its specimens have names
    ]
    copies, views = view_warnings(rows)
    assert (copies.class_, copies.value) == ("a", 0.45)
    assert copies.sentence.startswith(
        "45% of the 100 images of a are near-duplicates of others (7 in the largest group)"
    )
    assert (views.class_, views.value) == ("a", 0.31)
    assert "0.31 times as far as the tenth nearest" in views.sentence
    assert "(from test to training images 0.33)" in views.sentence
    (part,) = view_warnings([ViewsRow("d", 100, 100, 0.0, 0.0, 1, 100, 0.71, 0.35, None)])
    assert part.sentence.startswith(
        "35% of the images of d look like views of few specimens: their nearest image is at"
    )
    first, second = lines([copies, views])
    assert first.startswith("warning: many images of a are near-duplicates of others; name the specimens")
    assert second == "warning: images of a look like views of few specimens, so that a test may measure memory"
    many = [ViewsRow(name, 100, 100, 0, 0, 1, 100, 0.3, 0.9, None) for name in "abcdefg"]
    assert "of a, b, c, d and 3 more classes look" in lines(view_warnings(many))[0]
