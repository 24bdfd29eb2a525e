"""Linear layers that have not seen a specimen: beside fits without it, and where labels are wrong."""

import numpy as np
import pytest

from augury.prediction import held_out as module
from augury.prediction.held_out import held_out


def planted(classes=3, per_class=12, width=40, apart=5.0, seed=0):
    """Features whose roots lie around one centre per class, and labels of which the first of each class is wrong."""
    random = np.random.default_rng(seed)
    truth = np.repeat(np.arange(classes), per_class)
    rooted = random.normal(0, 1, (len(truth), width)) + apart * random.normal(0, 1, (classes, width))[truth] / 5
    labels = truth.copy()
    labels[::per_class] = (truth[::per_class] + 1) % classes
    return np.sign(rooted) * rooted**2, truth, labels


@pytest.mark.parametrize("specimens", [np.arange(36), np.arange(36) // 3])
def test_values_are_those_of_fits_without_the_specimen(specimens):
    features, _, labels = planted()
    random = np.random.default_rng(1)
    weights, targets = random.uniform(0.1, 1, 36), np.eye(3)[labels]
    design = module._design(features)
    groups = [np.flatnonzero(specimens == each) for each in np.unique(specimens)]
    made = module._scores(design, targets, weights, groups if len(groups) < 36 else [])
    for strength, scores in zip(module.STRENGTHS, made, strict=True):
        for group in groups:
            rest = np.setdiff1d(np.arange(36), group)
            left = design[rest].T @ (weights[rest, None] * design[rest]) + strength * np.eye(design.shape[1])
            plain = design[group] @ np.linalg.solve(left, design[rest].T @ (weights[rest, None] * targets[rest]))
            np.testing.assert_allclose(scores[group], plain, atol=1e-9)


def test_wrong_labels_are_the_least_probable_ones():
    features, truth, labels = planted()
    probabilities, votes = held_out([features, features[:, ::2]], labels, np.arange(36))
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert (votes.sum(axis=1) == 2).all()
    own = probabilities[np.arange(36), labels]
    assert set(np.argsort(own)[:3]) == set(np.flatnonzero(labels != truth))
    assert (probabilities.argmax(axis=1) == truth).all()


def test_a_second_pass_believes_wrong_labels_less():
    features, truth, labels = planted(apart=3.0, seed=3)
    right = [held_out([features], labels, np.arange(36), passes=passes)[0][np.arange(36), truth] for passes in (1, 2)]
    assert right[1].mean() > right[0].mean()


def test_images_of_a_specimen_do_not_speak_for_each_other():
    # Twins under a label of their own: alone each finds the other, together nothing is like them.
    features, truth, _ = planted()
    features[1] = features[0]
    labels = truth.copy()
    labels[:2] = 1
    apart, together = np.arange(36), np.array([0, 0, *range(2, 36)])
    own = [held_out([features], labels, specimens, passes=1)[0][0, 1] for specimens in (apart, together)]
    assert own[1] < own[0] / 2


def test_constant_features_tell_nothing():
    probabilities, _ = held_out([np.ones((6, 4))], np.array([0, 0, 0, 1, 1, 1]), np.arange(6))
    np.testing.assert_allclose(probabilities, 0.5, atol=0.15)
