"""From predictions to rows of the tables."""

import numpy as np
import pytest

from augury.command.errors import UserError
from augury.metrics.intervals import wilson
from augury.metrics.summaries import classes_left_out, summarise
from augury.tables.predictions import Predictions, Run

CLASSES = ("Calanoida", "Cyclopoida")


def predictions(specimens, labels, predicted, part="test", classes=CLASSES):
    """One image a row; `said` is the class with probability 0.9."""
    labels, predicted = np.array(labels), np.array(predicted)
    probabilities = np.full((len(labels), len(classes)), 0.1 / (len(classes) - 1))
    probabilities[np.arange(len(labels)), predicted] = 0.9
    names = np.array(list(specimens), dtype=str)
    hashes = np.array([f"{name}-{index}" for index, name in enumerate(specimens)], dtype=str)
    return Predictions(hashes, hashes, names, np.full(len(labels), part), labels, probabilities, classes)


def run(split="fold0", seed=0):
    return Run(split, "real", "lenet", seed)


def test_a_row_a_run_then_the_mean_over_runs():
    first = predictions("abcd", [0, 0, 1, 1], [0, 1, 1, 1])
    second = predictions("abcd", [0, 0, 1, 1], [0, 1, 0, 1])
    rows, by_class = summarise([(run(seed=0), first), (run(seed=1), second)], leaked=False, replicates=50)
    assert [(row.split, row.seed, row.n_runs) for row in rows] == [
        ("fold0", "0", 1),
        ("fold0", "1", 1),
        ("all", "all", 2),
    ]
    assert [row.accuracy for row in rows] == [0.75, 0.5, 0.625]
    assert rows[2].accuracy_sd == pytest.approx(np.std([0.75, 0.5], ddof=1))
    assert rows[0].accuracy_sd is None
    assert (rows[2].n_images, rows[2].n_specimens) == (4, 4)
    mean = {row.class_: row for row in by_class if row.split == "all"}
    assert mean["Cyclopoida"].recall == pytest.approx((1 + 0.5) / 2)
    assert mean["Calanoida"].support == 2


def test_parts_without_images_have_no_rows():
    rows, _ = summarise([(run(), predictions("ab", [0, 1], [0, 1], part="validation"))], leaked=False, replicates=20)
    assert {row.part for row in rows} == {"validation"}


def test_seeds_that_differ_in_opposite_ways_have_a_mean_without_spread():
    # Specimen by specimen one run is right where the other is wrong: the mean over runs is 1/2 whoever is drawn. Were
    # specimens drawn for each run apart, it would spread.
    labels = [0] * 6 + [1] * 6
    right = np.array([0, 1] * 6)
    first = predictions("abcdefghijkl", labels, np.where(right, labels, 1 - np.array(labels)))
    second = predictions("abcdefghijkl", labels, np.where(right, 1 - np.array(labels), labels))
    rows, _ = summarise([(run(seed=0), first), (run(seed=1), second)], leaked=False, replicates=200)
    assert rows[0].accuracy_high - rows[0].accuracy_low > 0.2
    assert rows[2].accuracy == 0.5
    # No spread is not certainty: Wilson's interval for 6 of 12, by his formula with z = 1.959964.
    assert (rows[2].accuracy_low, rows[2].accuracy_high) == pytest.approx((0.25378, 0.74622), abs=1e-5)


def test_the_same_holds_where_only_some_specimens_are_shared():
    # Folds with different specimens: the mean's interval is that of the pooled 12, narrower than either fold's of 6.
    labels, right = [0, 0, 0, 1, 1, 1], np.array([1, 1, 0, 1, 1, 0])
    predicted = np.where(right, labels, 1 - np.array(labels))
    folds = [
        (run("fold0"), predictions("abcdef", labels, predicted)),
        (run("fold1"), predictions("ghijkl", labels, predicted)),
    ]
    rows, _ = summarise(folds, leaked=False, replicates=2000)
    width = [row.accuracy_high - row.accuracy_low for row in rows]
    assert rows[2].n_specimens == 12
    assert width[2] < 0.85 * width[0]


def test_images_of_one_specimen_count_once():
    labels, predicted = [0] * 8 + [1] * 8, [0] * 4 + [1] * 4 + [1] * 8
    apart = predictions("abcdefghijklmnop", labels, predicted)
    together = predictions("aaaabbbbccccdddd", labels, predicted)
    narrow, wide = (summarise([(run(), each)], False, 1000)[0][0] for each in (apart, together))
    assert wide.accuracy_high - wide.accuracy_low > 1.3 * (narrow.accuracy_high - narrow.accuracy_low)


def test_all_right_has_wilsons_interval_by_specimens():
    row = summarise([(run(), predictions("aabb", [0, 0, 1, 1], [0, 0, 1, 1]))], True, 50)[0][0]
    assert (row.accuracy_low, row.accuracy_high) == pytest.approx(wilson(2, 2))
    assert row.f1 == 1
    assert row.f1_low is None
    assert row.leaked


def test_different_classes_are_refused():
    other = predictions("ab", [0, 1], [0, 1], classes=("Calanoida", "Harpacticoida"))
    with pytest.raises(UserError, match="different classes"):
        summarise([(run(), predictions("ab", [0, 1], [0, 1])), (run(seed=1), other)], False, 20)


def test_classes_without_images_are_told():
    assert classes_left_out([(run(), predictions("ab", [0, 0], [0, 1]))]) == {("fold0", "test"): ["Cyclopoida"]}
