"""Which classes are taken for which, counted by hand."""

import numpy as np

from augury.metrics.confusions import summarise_confusions
from augury.tables.predictions import Predictions, Run

CLASSES = ("a", "b", "c")


def run(labels, predicted, seed=0, part="test", specimens=None):
    names = np.array([f"i{index}" for index in range(len(labels))])
    specimens = names if specimens is None else np.array(specimens)
    parts = np.array([part] * len(labels))
    table = Predictions(names, names, specimens, parts, np.array(labels), np.eye(3)[predicted], CLASSES)
    return Run("fold0", "real", "net", seed), table


def test_pairs_are_counted_over_runs_and_the_worst_comes_first():
    runs = [run([0, 0, 1, 1, 2], [1, 1, 1, 0, 2]), run([0, 0, 1, 1, 2], [1, 0, 1, 0, 2], seed=1)]
    rows = summarise_confusions(runs, leaked=False)
    found = [(row.class_, row.predicted, row.wrong, row.answers, row.share, row.n_images) for row in rows]
    assert found == [("a", "b", 3, 4, 0.75, 2), ("b", "a", 2, 4, 0.5, 1)]
    assert {(row.arm, row.classifier, row.part, row.leaked) for row in rows} == {("real", "net", "test", False)}


def test_of_equals_the_one_with_the_larger_share_comes_first():
    rows = summarise_confusions([run([0, 0, 0, 1, 1], [2, 0, 0, 2, 1])], leaked=True)
    assert [(row.class_, row.share) for row in rows] == [("b", 0.5), ("a", 1 / 3)]
    assert all(row.leaked for row in rows)


def test_views_of_one_specimen_count_once_among_specimens():
    (row,) = summarise_confusions([run([0, 0, 0], [1, 1, 1], specimens=["s", "s", "t"])], leaked=False)
    assert (row.wrong, row.n_images, row.n_specimens) == (3, 3, 2)


def test_validation_counts_where_nothing_was_tested_and_what_is_never_wrong_has_no_row():
    (row,) = summarise_confusions([run([0, 1], [1, 1], part="validation")], leaked=False)
    assert (row.part, row.wrong) == ("validation", 1)
    both = [run([0, 1], [1, 1], part="validation"), run([0, 1], [0, 1])]
    assert summarise_confusions(both, leaked=False) == []
