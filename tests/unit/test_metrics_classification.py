"""Classification metrics against scikit-learn, and by hand."""

import numpy as np
import pytest
from sklearn import metrics

from augury.metrics.classification import confusion, left_out, nan_mean, precision_recall_f1, ranking, score


@pytest.fixture
def judged():
    """300 images of 5 classes whose scores are coarse, so that many are tied, and 7 weightings with zeros."""
    random = np.random.default_rng(3)
    labels = random.integers(5, size=300)
    probabilities = random.dirichlet(np.full(5, 0.7), 300).round(1) + 0.01 + 0.2 * np.eye(5)[labels]
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    return labels, probabilities.round(2), random.integers(0, 4, (7, 300)).astype(float)


def test_threshold_metrics_equal_those_of_scikit_learn(judged):
    labels, probabilities, weights = judged
    scores = score(labels, probabilities, weights)
    predicted = probabilities.argmax(axis=1)
    for b, weight in enumerate(weights):
        expected = metrics.precision_recall_fscore_support(labels, predicted, sample_weight=weight, zero_division=0)
        for values, other in zip((scores.precision, scores.recall, scores.f1), expected[:3], strict=True):
            np.testing.assert_allclose(values[b], other, atol=1e-12)
        assert scores.accuracy[b] == pytest.approx(metrics.accuracy_score(labels, predicted, sample_weight=weight))
        assert scores.macro("f1")[b] == pytest.approx(expected[2].mean())


def test_ranking_equals_that_of_scikit_learn_with_ties_and_weights(judged):
    labels, probabilities, weights = judged
    auroc, ap = ranking(labels, probabilities, weights)
    for b, weight in enumerate(weights):
        for k in range(5):
            own = (labels == k, probabilities[:, k])
            assert auroc[b, k] == pytest.approx(metrics.roc_auc_score(*own, sample_weight=weight), abs=1e-12)
            assert ap[b, k] == pytest.approx(metrics.average_precision_score(*own, sample_weight=weight), abs=1e-12)


def test_no_weights_are_weights_of_one(judged):
    labels, probabilities, _ = judged
    without, ones = score(labels, probabilities), score(labels, probabilities, np.ones((1, 300)))
    for name in ("accuracy", "precision", "recall", "f1", "auroc", "ap"):
        np.testing.assert_array_equal(getattr(without, name), getattr(ones, name))


def test_many_weightings_equal_one_at_a_time(judged):
    # 910 weightings of 300 images take several blocks.
    labels, probabilities, weights = judged
    single = np.concatenate([ranking(labels, probabilities, weight[None]) for weight in weights], axis=1)
    together = ranking(labels, probabilities, np.tile(weights, (130, 1)))
    np.testing.assert_allclose(together, np.tile(single, (1, 130, 1)), atol=1e-12)


def test_auroc_by_hand():
    # The two of class 0 score .8 and .4, the others .6, .4 and .1: of six pairs 3 + 1 are won and one is tied: 4.5 / 6.
    scores = np.array([[0.8, 0.2], [0.4, 0.6], [0.6, 0.4], [0.4, 0.6], [0.1, 0.9]])
    auroc, _ = ranking(np.array([0, 0, 1, 1, 1]), scores)
    assert auroc[0, 0] == pytest.approx(4.5 / 6)


def test_a_class_without_images_is_undefined_and_left_out_of_means():
    labels = np.array([0, 0, 1, 1])
    probabilities = np.array([[0.7, 0.2, 0.1], [0.1, 0.2, 0.7], [0.1, 0.8, 0.1], [0.2, 0.7, 0.1]])
    scores = score(labels, probabilities)
    for values in (scores.precision, scores.recall, scores.f1, scores.auroc, scores.ap):
        assert np.isnan(values[0, 2])
    assert scores.macro("recall")[0] == pytest.approx((0.5 + 1) / 2)
    assert left_out(labels, 3) == [2]


def test_one_class_alone_has_no_auroc():
    scores = score(np.array([1, 1]), np.array([[0.3, 0.7], [0.6, 0.4]]))
    assert np.isnan(scores.macro("auroc")[0])
    assert scores.accuracy[0] == 0.5


def test_a_class_that_was_never_named_has_precision_zero():
    counts = confusion(np.array([0, 1]), np.array([0, 0]), 2)
    precision, recall, f1 = precision_recall_f1(counts)
    assert (precision[0, 1], recall[0, 1], f1[0, 1]) == (0, 0, 0)


def test_confusion_counts_true_by_predicted():
    counts = confusion(np.array([0, 0, 1, 2]), np.array([0, 2, 1, 1]), 3, np.array([[1, 1, 1, 1], [2, 0, 3, 5.0]]))
    assert counts[0].tolist() == [[1, 0, 1], [0, 1, 0], [0, 1, 0]]
    assert counts[1].tolist() == [[2, 0, 0], [0, 3, 0], [0, 5, 0]]


def test_wrong_shape_of_weights_is_refused():
    with pytest.raises(ValueError, match=r"\(B, 2\)"):
        score(np.array([0, 1]), np.eye(2), np.ones(2))


def test_nan_mean_of_nothing_is_nan_without_a_warning(recwarn):
    assert np.isnan(nan_mean(np.array([[np.nan, np.nan]]), axis=1)[0])
    assert not recwarn
