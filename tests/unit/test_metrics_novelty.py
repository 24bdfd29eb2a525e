"""Scores of images unlike anything trained on."""

import numpy as np
import pytest
from sklearn.covariance import LedoitWolf

from augury.metrics.novelty import Scales, fit_gaussians, scales_of, unit_length


@pytest.mark.parametrize(("images", "features"), [(12, 30), (200, 7)])
def test_distances_are_mahalanobis_of_scikit_learns_shrunken_covariance(images, features):
    random = np.random.default_rng(images)
    labels = np.arange(images) % 3
    known = random.normal(size=(images, features)) * np.linspace(0.5, 2, features) + labels[:, None]
    new = random.normal(size=(9, features)) * 2
    means = np.stack([known[labels == k].mean(axis=0) for k in range(3)])
    shrunken = LedoitWolf(assume_centered=True).fit(known - means[labels])
    assert shrunken.shrinkage_ > 0.01
    expected = np.sqrt(np.min([shrunken.mahalanobis(new - mean) for mean in means], axis=0))
    gaussians = fit_gaussians(known, labels)
    np.testing.assert_allclose(gaussians.distances(new), expected, rtol=1e-9)
    np.testing.assert_allclose(gaussians.rounded().distances(new), expected, rtol=1e-4)


def test_a_class_without_images_and_images_that_are_all_alike_have_distances():
    alike = fit_gaussians(np.ones((4, 3)), np.array([0, 0, 2, 2]))
    assert alike.means.shape == (2, 3)
    assert alike.distances(np.ones((1, 3))) == pytest.approx(0)
    assert np.isfinite(alike.distances(np.zeros((1, 3)))).all()
    assert alike.distances(np.zeros((1, 3)))[0] > 1000


def test_directions_by_hand():
    # Length does not count.
    assert unit_length(np.array([[3.0, 4.0]])).tolist() == [[pytest.approx(0.6), pytest.approx(0.8)]]
    assert unit_length(np.zeros((1, 2))).tolist() == [[0, 0]]


def test_a_score_is_a_sum_of_standard_deviations():
    # Distances 1 and 3 have mean 2 and deviation 1; probabilities .5 and .75 mean .625 and deviation .125.
    scales = scales_of(np.array([1.0, 3.0]), np.array([0.5, 0.75]))
    assert scales == Scales((2.0, 1.0), (0.625, 0.125))
    assert scales.score(np.array([5.0, 2.0]), np.array([0.625, 0.25])).tolist() == [3, 3]
    assert scales_of(np.array([2.0]), np.array([1.0])).score(np.array([2.5]), np.array([1.0])).tolist() == [0.5]
