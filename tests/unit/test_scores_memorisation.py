"""Copies are told from new images: by theory, against scipy, and on copies that were planted."""

import numpy as np
import pytest
from scipy import stats

from augury.scores.memorisation.compute import authentic_share, data_copying, k_means, mann_whitney, training_neighbours


@pytest.fixture
def random():
    return np.random.default_rng(6)


@pytest.mark.parametrize(
    "d, mutual",
    [(1, 2 / 3), (2, 6 * np.pi / (8 * np.pi + 3 * np.sqrt(3)))],  # Clark and Evans 1955, Science 121:397
)
def test_new_images_of_the_distribution_are_authentic_unless_mutual_neighbours(random, d, mutual):
    # A new point is nearer to its nearest than that one's kin is exactly when the two are mutual nearest neighbours.
    neighbours = training_neighbours(random.uniform(size=(6000, d)), random.uniform(size=(4000, d)))
    share, low, high = authentic_share(neighbours)
    assert share == pytest.approx(1 - mutual, abs=0.03)
    assert low < share < high


def test_copies_are_not_authentic_and_pull_the_copying_test_far_down(random):
    training, held_out = random.normal(size=(300, 8)), random.normal(size=(100, 8))
    copies = training[random.integers(300, size=200)] + 1e-3 * random.normal(size=(200, 8))
    assert authentic_share(training_neighbours(training, copies))[0] == 0
    for few in (30, 100):  # one cell, and five
        assert data_copying(training, held_out[:few], copies) < -5


@pytest.mark.parametrize("n_held_out", [30, 100])
def test_new_images_of_the_distribution_pass_the_copying_test(random, n_held_out):
    # z-scores of a true null: a mean near 0. Weighted means over cells vary less than one cell's.
    scores = [data_copying(*(random.normal(size=(n, 3)) for n in (150, n_held_out, 200)), seed=s) for s in range(40)]
    assert abs(np.mean(scores)) < 0.6
    assert 0.2 < np.std(scores) < 2


def test_far_images_push_it_up(random):
    assert data_copying(random.normal(size=(100, 4)), random.normal(size=(40, 4)), random.normal(9, 1, (50, 4))) > 5


def test_cells_are_weighted_by_their_held_out_images():
    # Three clusters of training points on a line; distances to them are written out. z-scores come from scipy.
    centres = np.array([0.0, 1000.0, 2000.0])
    training = np.concatenate([c + np.linspace(-0.001, 0.001, 20) for c in centres])[:, None]
    held_out = [np.linspace(1, 2, n) for n in (40, 15, 10)]
    made = [np.linspace(0.5, 1.7, n) for n in (30, 25, 10)]  # the last cell holds fewer than 20 and does not count
    points = [
        np.concatenate([c + part for c, part in zip(centres, parts, strict=True)])[:, None]
        for parts in (held_out, made)
    ]
    zs = []
    for own, other in zip(held_out[:2], made[:2], strict=True):
        u = stats.mannwhitneyu(other, own).statistic
        a, b = len(other), len(own)
        ties = np.unique(np.concatenate([other, own]).round(12), return_counts=True)[1]
        assert ties.max() <= 2
        correction = (ties**3 - ties).sum() / ((a + b) * (a + b - 1))
        zs.append((u - a * b / 2) / np.sqrt(a * b / 12 * (a + b + 1 - correction)))
    expected = (40 * zs[0] + 15 * zs[1]) / 55
    assert data_copying(training, *points) == pytest.approx(expected, rel=0.02)


def test_neighbours_are_sought_in_the_own_cell_as_its_authors_do(random):
    # Written down as in their code: assign all three to cells, then compare distances to the cell's training points.
    training, held_out, made = (random.normal(size=(n, 2)) for n in (200, 100, 300))
    centres = k_means(training, 5, seed=3)
    cells = [np.square(rows[:, None] - centres).sum(axis=2).argmin(axis=1) for rows in (training, held_out, made)]
    total = weight = 0.0
    for cell in range(len(centres)):
        seen, here, there = (rows[own == cell] for rows, own in zip((training, held_out, made), cells, strict=True))
        if len(there) >= 20 and len(here):
            far, near = (np.sqrt(np.square(x[:, None] - seen).sum(axis=2)).min(axis=1) for x in (there, here))
            u = stats.mannwhitneyu(far, near).statistic
            a, b = len(far), len(near)
            total += b * (u - a * b / 2) / np.sqrt(a * b / 12 * (a + b + 1))
            weight += b
    assert data_copying(training, held_out, made, seed=3) == pytest.approx(total / weight)


def test_mann_whitney_equals_scipy_with_ties(random):
    first, second = random.integers(0, 9, 40), random.integers(2, 12, 60)
    z = mann_whitney(first, second)
    p = stats.mannwhitneyu(first, second, use_continuity=False, method="asymptotic").pvalue
    assert 2 * stats.norm.sf(abs(z)) == pytest.approx(p)
    assert z < 0
    assert mann_whitney(second, first) == pytest.approx(-z)


def test_nothing_to_compare_has_no_score():
    assert mann_whitney(np.ones(5), np.ones(6)) is None
    assert data_copying(np.eye(3), np.zeros((0, 3)), np.eye(3)) is None


def test_the_most_suspicious_come_first():
    # Training 0, 10, 13: kin 10, 3, 3. Synthetic 1 (ratio .1), 10 (a copy, 0), 12 (1/3 of 13), 50 (far).
    neighbours = training_neighbours(np.array([[0.0], [10], [13]]), np.array([[1.0], [10], [12], [50]]))
    assert neighbours.neighbour_distances.tolist() == [10, 3, 3, 3]
    assert neighbours.suspicious(3).tolist() == [1, 0, 2]


def test_a_copy_of_a_doubled_training_image_is_the_most_suspicious():
    neighbours = training_neighbours(np.array([[0.0], [0], [5]]), np.array([[4.0], [0.5], [0]]))
    assert neighbours.suspicious(3).tolist() == [2, 0, 1]
    assert authentic_share(neighbours)[0] == pytest.approx(1 / 3)  # that half a step away: its nearest's kin is at 0


def test_another_view_of_a_specimen_is_no_kin():
    # Training 0 and 0.1 show one thing, 5 another. A copy at 0.3 lies 0.2 from 0.1, whose next of kin is 4.9 away.
    training, specimens = np.array([[0.0], [0.1], [5]]), np.array(["a", "a", "b"])
    neighbours = training_neighbours(training, np.array([[0.3], [60]]), specimens)
    assert neighbours.neighbour_distances == pytest.approx([4.9, 4.9])
    assert authentic_share(neighbours)[0] == 0.5
    assert authentic_share(training_neighbours(training, np.array([[0.3], [60]])))[0] == 1
    assert np.isinf(training_neighbours(training[:2], training, specimens[:2]).neighbour_distances).all()


def test_k_means_finds_clusters(random):
    rows = np.concatenate([random.normal(index, 0.1, size=(30, 2)) for index in (0, 5, 20)])
    assert sorted(k_means(rows, 3)[:, 0].round().tolist()) == [0, 5, 20]
    assert len(k_means(np.ones((9, 2)), 3)) == 1
