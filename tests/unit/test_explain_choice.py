"""Which images are explained: by hash, wrong ones first, each class and specimen in turn."""

import numpy as np

from augury.explain.choice import choose, explained_part
from augury.tables.predictions import Predictions

CLASSES = ("x", "y")


def judged(rows):
    """rows: sha256, specimen, part, true class, predicted class."""
    sha256, specimen, part, labels, predicted = (np.array(column) for column in zip(*rows, strict=True))
    return Predictions(sha256, sha256, specimen, part, labels, np.eye(2)[predicted], CLASSES)


def test_wrong_images_come_first_and_classes_take_turns():
    rows = [
        ("a", "1", "test", 0, 1), ("b", "2", "test", 0, 1), ("c", "3", "test", 1, 0), ("d", "4", "test", 0, 0),
        ("e", "5", "test", 1, 1), ("f", "6", "test", 1, 1), ("0", "7", "validation", 0, 1),
    ]  # fmt: skip
    assert choose(judged(rows), 4) == ["a", "c", "d", "e"]
    assert choose(judged(rows[::-1]), 4) == ["a", "c", "d", "e"]
    assert choose(judged(rows), 6) == ["a", "c", "b", "d", "e", "f"]
    assert choose(judged(rows), 0) == []


def test_where_few_are_wrong_right_ones_fill_up_and_the_other_way_round():
    right = [(name, name, "test", 0, 0) for name in "bcde"]
    assert choose(judged([("a", "a", "test", 0, 1), *right]), 4) == ["a", "b", "c", "d"]
    wrong = [(name, name, "test", 0, 1) for name in "bcde"]
    assert choose(judged([("a", "a", "test", 0, 0), *wrong]), 4) == ["b", "c", "d", "a"]


def test_a_specimen_is_shown_once():
    rows = [("a", "1", "test", 0, 1), ("b", "1", "test", 0, 0), ("c", "2", "test", 0, 0)]
    assert choose(judged(rows), 8) == ["a", "c"]


def test_without_a_test_part_validation_images_are_shown():
    rows = judged([("a", "1", "validation", 0, 1)])
    assert explained_part(rows) == "validation"
    assert choose(rows, 8) == ["a"]
