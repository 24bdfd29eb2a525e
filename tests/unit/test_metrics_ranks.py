"""Predictions at every rank of a taxonomy, by hand."""

import numpy as np
import pytest

from augury.metrics.intervals import wilson
from augury.metrics.ranks import levels, summarise_ranks
from augury.tables.predictions import Predictions, Run
from augury.tables.taxonomy import Taxonomy

#   order A: family F has classes a1, a2; family G has a3;  order B: b, without a family
CLASSES = ("a1", "a2", "a3", "b")
TAXONOMY = Taxonomy(("order", "family"), {"a1": ("A", "F"), "a2": ("A", "F"), "a3": ("A", "G"), "b": ("B", "")})


def predictions(labels, probabilities, specimens=None, part="test"):
    names = np.array([str(index) for index in range(len(labels))])
    specimens = names if specimens is None else np.array(list(specimens))
    parts = np.full(len(labels), part)
    return Predictions(names, names, specimens, parts, np.array(labels), np.array(probabilities), CLASSES)


def rows(*runs, leaked=False):
    made = summarise_ranks([(Run("fold0", "real", "cnn", n), run) for n, run in enumerate(runs)], TAXONOMY, leaked, 200)
    return {row.rank: row for row in made}


def test_probabilities_are_summed_within_a_taxon():
    order, family, classes = levels(TAXONOMY, CLASSES)
    assert (order.names, family.names, classes.names) == (("A", "B"), ("F", "G", "b"), CLASSES)
    probabilities = np.array([[0.3, 0.3, 0.0, 0.4]])
    assert order.sums(probabilities).tolist() == [pytest.approx([0.6, 0.4])]
    assert family.sums(probabilities).tolist() == [pytest.approx([0.6, 0.0, 0.4])]
    assert family.known.tolist() == [True, True, True, False]


def test_ranks_to_climb():
    order, family, classes = levels(TAXONOMY, CLASSES)
    # Classes: a1 and a2 meet in F, a1 and a3 in A, a1 and b nowhere, one above the order.
    assert classes.climbs[0].tolist() == [0, 1, 2, 3]
    assert family.climbs.tolist() == [[0, 1, 2], [1, 0, 2], [2, 2, 0]]
    assert order.climbs.tolist() == [[0, 1], [1, 0]]


def test_rows_by_hand():
    # a1 for b by its class alone (0.4), though order and family are right by sums; a3 for a1; b for a3; a2 right.
    probabilities = [[0.3, 0.3, 0.0, 0.4], [0.7, 0.1, 0.2, 0.0], [0.1, 0.0, 0.6, 0.3], [0.1, 0.9, 0.0, 0.0]]
    by_rank = rows(predictions([0, 2, 3, 1], probabilities))
    assert [by_rank[rank].accuracy for rank in ("order", "family", "class")] == pytest.approx([3 / 4, 2 / 3, 1 / 4])
    assert [by_rank[rank].n_images for rank in ("order", "family", "class")] == [4, 3, 4]  # b has no family
    assert [by_rank[rank].n_errors for rank in ("order", "family", "class")] == [1, 1, 3]
    # Classes: a1 for b climbs 3, a3 for a1 climbs 2, b for a3 climbs 3.
    assert [by_rank[rank].distance for rank in ("order", "family", "class")] == pytest.approx([1, 1, 8 / 3])
    assert [by_rank[rank].n_taxa for rank in ("order", "family", "class")] == [2, 3, 4]


def test_the_class_row_is_the_accuracy_of_the_classes_with_the_same_interval():
    from augury.metrics.summaries import summarise

    random = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2, 3], 8)
    runs = [predictions(labels, random.dirichlet(np.ones(4), 32), [str(n // 2) for n in range(32)]) for _ in range(2)]
    named = [(Run("fold0", "real", "cnn", n), run) for n, run in enumerate(runs)]
    expected = summarise(named, False, 300, 5)[0][-1]
    (by_rank,) = [row for row in summarise_ranks(named, TAXONOMY, False, 300, 5) if row.rank == "class"]
    assert (by_rank.accuracy, by_rank.accuracy_low, by_rank.accuracy_high) == pytest.approx(
        (expected.accuracy, expected.accuracy_low, expected.accuracy_high)
    )
    assert by_rank.n_specimens == expected.n_specimens == 16
    assert by_rank.distance_low < by_rank.distance < by_rank.distance_high


def test_without_an_error_there_is_no_distance_and_wilson_bounds_the_accuracy():
    by_rank = rows(predictions([0, 1, 2, 3], np.eye(4)), leaked=True)["class"]
    assert (by_rank.accuracy, by_rank.accuracy_low, by_rank.accuracy_high) == pytest.approx((1, *wilson(4, 4)))
    assert (by_rank.distance, by_rank.distance_low, by_rank.n_errors, by_rank.leaked) == (None, None, 0, True)


def test_parts_without_images_have_no_rows():
    assert {row.part for row in rows(predictions([0], np.eye(4)[:1], part="validation")).values()} == {"validation"}
