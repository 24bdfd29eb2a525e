"""Split conformal thresholds: by hand, beside scikit-learn-like counting, and their coverage on drawn answers."""

import numpy as np
import pytest

from augury.metrics.conformal import (
    bound,
    fewest,
    groups_of,
    least_probabilities,
    prediction_sets,
    shares,
    unlucky_coverage,
)


def test_the_bound_is_the_score_at_the_corrected_rank():
    # Of 19 scores at level 0.9: rank ceil(20 * 0.9) = 18; of 8 it would be rank 9, which none has.
    scores = np.random.default_rng(0).permutation(19).astype(float)
    assert bound(scores, np.ones(19), 0.9) == 17
    assert bound(scores[:8], np.ones(8), 0.9) == np.inf
    assert bound(scores[:9], np.ones(9), 0.9) == scores[:9].max()
    assert bound(np.zeros(0), np.zeros(0), 0.5) == np.inf
    assert [fewest(level) for level in (0.5, 0.8, 0.9, 0.95, 0.99)] == [1, 4, 9, 19, 99]


def test_what_a_study_may_have_is_what_uniform_scores_have():
    # The chance that a new uniform score stays at or below the bound is the bound itself.
    drawn = np.random.default_rng(2).random((20_000, 11))
    bounds = [bound(row, np.ones(11), 0.9) for row in drawn]
    assert np.mean(bounds) == pytest.approx(11 / 12, abs=0.003)  # rank 11 of 12
    assert unlucky_coverage(11, 0.9) == pytest.approx(np.quantile(bounds, 0.1), abs=0.005)
    assert unlucky_coverage(11, 0.9) == pytest.approx(0.1 ** (1 / 11))  # the greatest of eleven


def test_images_of_one_specimen_count_once():
    weights = shares(["a", "b", "a", "a", "c"])
    assert weights.tolist() == pytest.approx([1 / 3, 1, 1 / 3, 1 / 3, 1])
    # Three specimens at level 3/4: all of them are needed. At level 1/2 two are, and two thirds of a lie below b.
    scores = np.array([0.1, 0.5, 0.2, 0.9, 0.6])
    assert bound(scores, weights, 0.75) == 0.9
    assert bound(scores, weights, 0.5) == 0.6
    assert bound(scores, np.ones(5), 0.5) == 0.5


def test_small_classes_share_and_take_in_the_next_until_they_are_enough():
    def groups(counts, coverage):
        return [group.tolist() for group in groups_of(np.array(counts, dtype=float), coverage)]

    assert groups([9, 30, 12], 0.9) == [[0], [1], [2]]
    assert groups([5, 30, 4], 0.9) == [[1], [0, 2]]
    assert groups([3, 30, 12], 0.9) == [[1], [0, 2]]
    assert groups([2, 3, 1], 0.9) == [[0, 1, 2]]


def test_sets_by_hand():
    # At .6 and .5 each class has the specimens that it needs: ranks 1.8 and 1.5 of two are its least probability. At
    # .75 three are needed, which both have together, and rank 3.75 of four is the least of all.
    true, labels = np.array([0.9, 0.6, 0.8, 0.3]), np.array([0, 0, 1, 1])
    for coverage, expected in ((0.6, [0.6, 0.3]), (0.5, [0.6, 0.3]), (0.75, [0.3, 0.3]), (0.9, [0, 0])):
        assert least_probabilities(true, labels, np.ones(4), 2, coverage) == pytest.approx(expected)
    said = np.array([[0.7, 0.3], [0.75, 0.25], [0.2, 0.8]])
    assert prediction_sets(said, np.array([0.3, 0.3])).tolist() == [[True, True], [True, False], [False, True]]
    # A set is never empty, and where nothing is promised it is everything.
    assert prediction_sets(np.array([[0.6, 0.4]]), np.array([0.9, 0.9])).tolist() == [[True, False]]
    assert prediction_sets(said, least_probabilities(true, labels, np.ones(4), 2, 0.9)).all()


@pytest.mark.parametrize("sharp", [1.0, 4.0])
def test_coverage_is_kept_by_class_whatever_the_classifier(sharp):
    # Answers that are calibrated or far too sure, 10 or 20 specimens a class and one of 4: 600 studies.
    random = np.random.default_rng(1)
    counts = np.array([20, 10, 10, 4])
    labels, tested = np.repeat(np.arange(4), counts), np.repeat(np.arange(4), 50)

    def answers(labels):
        logits = random.normal(size=(len(labels), 4)) + 2 * np.eye(4)[labels]
        powers = np.exp(sharp * logits)
        return powers / powers.sum(axis=1, keepdims=True)

    held = []
    for _ in range(600):
        known = answers(labels)[np.arange(len(labels)), labels]
        least = least_probabilities(known, labels, np.ones(len(labels)), 4, 0.9)
        held.append(prediction_sets(answers(tested), least)[np.arange(200), tested].reshape(4, 50).mean(axis=1))
    coverage = np.mean(held, axis=0)
    error = np.std(held, axis=0) / np.sqrt(600)
    assert (coverage[:2] > 0.9 - 3 * error[:2]).all()  # each of its own
    assert np.average(coverage[2:], weights=[10, 4]) > 0.9 - 3 * error[2:].max()
    assert (coverage < 0.97).all()
