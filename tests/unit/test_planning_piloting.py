"""A pilot's numbers on features whose truth is known."""

import numpy as np
import pytest

from augury.command.errors import UserError
from augury.planning.forecast.piloting import pilots_from


def drawn(distance, specimens=40, images=1, width=6, seed=0):
    """Two classes, so far apart; images of one specimen are equal."""
    random = np.random.default_rng(seed)
    labels = np.repeat([0, 1], specimens)
    features = random.normal(0, 1, (2 * specimens, width)) + distance * labels[:, None] / np.sqrt(width)
    names = np.array([f"s{index}" for index in range(2 * specimens)])
    return [np.repeat(each, images, axis=0) for each in (features, labels, names)]


def test_where_nothing_is_to_be_confused_nothing_differs():
    pilots = pilots_from(*drawn(60))
    for each in pilots.values():
        assert (each.variance, each.baseline) == pytest.approx((0, 1), abs=1e-12)


def test_the_variance_is_that_of_answers_that_differ():
    easy, hard = pilots_from(*drawn(3)), pilots_from(*drawn(0))
    # Between errors that are the same and independent ones; without anything to learn half of the answers are right.
    assert hard["accuracy"].baseline == pytest.approx(0.5, abs=0.12)
    assert 0.05 < hard["accuracy"].variance < 0.5
    assert 0 < easy["accuracy"].variance < hard["accuracy"].variance
    assert easy["auroc"].variance < easy["accuracy"].variance


def test_images_of_one_specimen_are_not_many():
    one, many = pilots_from(*drawn(1.5)), pilots_from(*drawn(1.5, images=3))
    assert many["accuracy"].variance == pytest.approx(one["accuracy"].variance, rel=0.5)


def test_it_is_the_same_each_time():
    assert pilots_from(*drawn(1)) == pilots_from(*drawn(1))


def test_a_class_of_one_specimen_is_refused():
    features, labels, names = drawn(1, specimens=4)
    with pytest.raises(UserError, match="two training specimens in every class"):
        pilots_from(features[3:], labels[3:], names[3:])
