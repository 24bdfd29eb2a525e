"""The Vendi score by hand, through either matrix, and its derivative."""

import numpy as np
import pytest

from augury.scores.vendi.compute import _entropy, vendi_interval, vendi_score


@pytest.fixture
def random():
    return np.random.default_rng(4)


def test_equal_images_are_one_and_orthogonal_ones_are_all():
    assert vendi_score(np.ones((7, 3))) == pytest.approx(1)
    assert vendi_score(3 * np.eye(6)) == pytest.approx(6)


def test_two_kinds_by_hand():
    # Three along one axis and one along another: eigenvalues 3/4 and 1/4; lengths do not matter.
    rows = np.array([[2.0, 0], [1, 0], [5, 0], [0, 1]])
    assert vendi_score(rows) == pytest.approx(np.exp(-0.75 * np.log(0.75) - 0.25 * np.log(0.25)))


def test_both_matrices_have_one_score(random):
    # Forty constant columns more make d exceed n, and nothing else: then it is the n x n matrix of the definition.
    rows = random.normal(size=(30, 8))
    wide = np.hstack([rows, np.zeros((30, 40))])
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    values = np.linalg.eigvalsh(unit @ unit.T / 30)
    values = values[values > 1e-12]
    assert vendi_score(rows) == pytest.approx(np.exp(-(values * np.log(values)).sum()))
    assert vendi_interval(wide) == pytest.approx(vendi_interval(rows))
    np.testing.assert_allclose(_entropy(wide)[1], _entropy(rows)[1], atol=1e-9)


def test_influences_are_derivatives_by_weights(random):
    rows = random.normal(size=(12, 4))
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def entropy(weights):
        values = np.linalg.eigvalsh((unit.T * weights) @ unit / weights.sum())
        return -(values * np.log(values)).sum()

    step = 1e-6
    for row, pull in enumerate(_entropy(rows)[1]):
        up, down = np.ones(12), np.ones(12)
        up[row] += step
        down[row] -= step
        assert pull == pytest.approx(12 * (entropy(up) - entropy(down)) / (2 * step), abs=1e-6)


def test_the_interval_has_the_width_that_sampling_has(random):
    # Rows about three unequal directions, of which the spread of the entropy over 300 samples is known.
    def drawn():
        return np.eye(3)[random.choice(3, 100, p=(0.6, 0.3, 0.1))] + 0.2 * random.normal(size=(100, 3))

    interval = np.log([vendi_interval(drawn()) for _ in range(300)])
    assert np.mean(interval[:, 2] - interval[:, 0]) == pytest.approx(1.96 * interval[:, 0].std(), rel=0.15)


@pytest.mark.parametrize("bad", [np.zeros((2, 3)), np.array([[1, np.nan]]), np.zeros((0, 3))])
def test_what_has_no_direction_is_refused(bad):
    with pytest.raises(ValueError, match="features"):
        vendi_score(bad)


def test_one_image_has_no_interval():
    assert np.isnan(vendi_interval(np.ones((1, 3)))[1])
