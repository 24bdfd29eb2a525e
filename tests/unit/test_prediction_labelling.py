"""Which images to label first: those of which a classifier is least sure."""

import numpy as np

from augury.prediction.labelling import label_first, margins


def test_margins_by_hand():
    np.testing.assert_allclose(margins(np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]])), [0.2, 0.7])


def test_between_two_classes_comes_before_unsure_of_all():
    # The first is unsure of four classes and yet ahead by .2, the last stands between two.
    probabilities = np.array([[0.4, 0.2, 0.2, 0.2], [0.9, 0.1, 0.0, 0.0], [0.48, 0.47, 0.05, 0.0]])
    known = np.zeros(3, bool)
    assert label_first(probabilities, known, 2) == [2, 0]
    assert label_first(probabilities, known, 30) == [2, 0, 1]
    assert label_first(np.tile(probabilities[:1], (3, 1)), known, 2) == [0, 1]


def test_what_is_perhaps_of_no_class_follows_behind_the_others():
    probabilities = np.array([[0.6, 0.4], [0.51, 0.49], [0.9, 0.1], [0.52, 0.48], [0.53, 0.47]])
    foreign = np.array([False, True, False, True, True])
    assert label_first(probabilities, foreign, 2) == [0, 2, 1, 3]
    assert label_first(probabilities, foreign, 9) == [0, 2, 1, 3, 4]
