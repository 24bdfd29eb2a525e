"""Scores of images unlike anything trained on."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from augury.metrics.novelty import own_scores, scores, threshold, unit_length


def test_scores_are_those_of_scikit_learn():
    random = np.random.default_rng(0)
    rows, reference = unit_length(random.normal(size=(7, 5))), unit_length(random.normal(size=(40, 5)))
    for k in (1, 3):
        expected = NearestNeighbors(n_neighbors=k).fit(reference).kneighbors(rows)[0][:, -1]
        np.testing.assert_allclose(scores(rows, reference, k), expected, rtol=1e-5)


def test_directions_by_hand():
    # Length does not count; at right angles two unit vectors are sqrt(2) apart, opposite ones 2.
    reference = unit_length(np.array([[5.0, 0.0]]))
    assert scores(unit_length(np.array([[2, 0], [0, 3], [-1, 0]])), reference) == pytest.approx([0, np.sqrt(2), 2])
    assert unit_length(np.zeros((1, 2))).tolist() == [[0, 0]]


def test_an_image_is_not_measured_by_its_own_specimen():
    reference = unit_length(np.array([[1, 0], [1, 0.001], [0, 1.0]]))
    found = own_scores(reference, np.array(["a", "a", "b"]))
    assert found == pytest.approx([np.sqrt(2)] * 3, abs=2e-3)
    assert np.isnan(own_scores(reference, np.array(["a", "a", "a"]))).all()


def test_the_threshold_leaves_the_wanted_share_below():
    known = np.arange(200) / 200
    assert threshold(known, 0.99) == 0.99  # 198 of 200 at or below 197.01/199 of the way: the next one up
    assert (known > threshold(known, 0.99)).mean() <= 0.01
    assert threshold(known[:20], 0.99) == known[19]
    assert threshold(np.array([np.nan]), 0.99) == np.inf
