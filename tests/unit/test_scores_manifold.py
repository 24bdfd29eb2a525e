"""Neighbourhood measures by hand and against scikit-learn's neighbours; distances in blocks."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from augury.scores import distances
from augury.scores.manifold.compute import manifold


@pytest.fixture
def random():
    return np.random.default_rng(2)


def test_by_hand_on_a_line():
    # k = 1. Real 0, 1, 3 reach 1, 1, 2; synthetic 1.5, 2, 9 reach .5, .5, 7.
    # 1.5 lies within reach of 1 and 3, 2 of 1 and 3, 9 of none: precision 2/3, density (2 + 2 + 0) / 3; the
    # neighbourhoods of 1 and 3 hold one, that of 0 does not: coverage 2/3. Of the real ones 1 is within reach of 1.5,
    # 3 of 9: recall 2/3.
    measures = manifold(np.array([[0.0], [1.0], [3.0]]), np.array([[1.5], [2.0], [9.0]]), neighbours=1)
    assert measures.precision[0] == pytest.approx(2 / 3)
    assert measures.density[0] == pytest.approx(4 / 3)
    assert measures.coverage[0] == pytest.approx(2 / 3)
    assert measures.recall[0] == pytest.approx(2 / 3)


@pytest.mark.parametrize("k", [1, 5])
def test_it_equals_a_count_over_the_neighbours_of_scikit_learn(random, monkeypatch, k):
    monkeypatch.setattr(distances, "_BLOCK_BYTES", 8 * 60 * 7)  # seven rows per block
    real, synthetic = random.normal(size=(60, 6)), random.normal(0.3, 1.2, size=(45, 6))

    def reach(rows):
        return NearestNeighbors(n_neighbors=k + 1).fit(rows).kneighbors(rows)[0][:, -1]

    apart = np.linalg.norm(real[:, None] - synthetic[None], axis=2)
    of_real, of_synthetic = apart <= reach(real)[:, None], apart <= reach(synthetic)[None]
    measures = manifold(real, synthetic, neighbours=k)
    assert measures.precision[0] == pytest.approx(of_real.any(axis=0).mean())
    assert measures.recall[0] == pytest.approx(of_synthetic.any(axis=1).mean())
    assert measures.density[0] == pytest.approx(of_real.sum() / (k * 45))
    assert measures.coverage[0] == pytest.approx(of_real.any(axis=1).mean())


def test_equal_and_distant_sets_are_the_extremes_with_wilsons_intervals(random):
    real = random.normal(size=(40, 5))
    same, far = manifold(real, real.copy()), manifold(real, real + 1000)
    for name in ("precision", "recall", "coverage"):
        value, low, high = getattr(same, name)
        assert (value, high) == (1, 1)
        assert low == pytest.approx(40 / (40 + 1.959964**2))  # Wilson's lower end for all of 40
        assert getattr(far, name)[0] == 0
        assert getattr(far, name)[2] == pytest.approx(1.959964**2 / (40 + 1.959964**2))
    assert np.isnan(far.density[1:]).all()


def test_intervals_of_recall_and_coverage_are_over_specimens(random):
    specimens = np.repeat(np.arange(12), 4)
    real = 3 * random.normal(size=(12, 2))[specimens] + 0.05 * random.normal(size=(48, 2))
    synthetic = 2 * random.normal(size=(300, 2))
    together, apart = manifold(real, synthetic, specimens), manifold(real, synthetic)
    for name in ("recall", "coverage"):
        wide, narrow = getattr(together, name), getattr(apart, name)
        assert wide[0] == narrow[0]
        assert wide[2] - wide[1] > narrow[2] - narrow[1]
    assert together.precision == apart.precision


def test_few_images_have_fewer_neighbours(random):
    rows = random.normal(size=(4, 3))
    assert manifold(rows, random.normal(size=(9, 3))).neighbours == 3
    with pytest.raises(ValueError, match="two of each"):
        manifold(rows[:1], rows)


def test_distances_in_blocks_are_those_of_scikit_learn(random, monkeypatch):
    monkeypatch.setattr(distances, "_BLOCK_BYTES", 8 * 31 * 4)
    rows, others = random.normal(size=(50, 7)), random.normal(size=(31, 7))
    far, indices = NearestNeighbors(n_neighbors=1).fit(others).kneighbors(rows)
    measured = distances.nearest(rows, others)
    assert measured[0].tolist() == indices[:, 0].tolist()
    np.testing.assert_allclose(measured[1], far[:, 0])
    neighbour_distance = NearestNeighbors(n_neighbors=2).fit(rows).kneighbors(rows)[0][:, 1]
    np.testing.assert_allclose(distances.neighbour_distances(rows), neighbour_distance)


def test_equal_rows_far_from_the_origin_are_at_distance_zero(random):
    rows = random.normal(1e4, 1, size=(20, 30))
    assert distances.nearest(rows, rows)[1].max() == 0
    assert distances.neighbour_distances(np.concatenate([rows, rows])).max() == 0
    assert np.isinf(distances.neighbour_distances(rows[:1])).all()
