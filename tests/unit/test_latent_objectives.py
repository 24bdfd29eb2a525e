"""What searches make small, against plain loops in float64."""

import math

import numpy as np
import pytest
import torch

from augury.latent.objectives import Objective, vendi
from augury.latent.realism import Bound, near_to
from augury.scores.vendi.compute import vendi_score


@pytest.fixture(scope="module")
def pixels():
    random = np.random.default_rng(0)
    real = random.integers(90, 256, (7, 60), dtype=np.uint8)
    return real, random.integers(0, 256, (3, 5, 60), dtype=np.uint8)


def plain_correlation(set_, real, zero_mean=False):
    """Equations 1 to 3 of the study with the correlation as it is named, image by image, on pixels in [0, 1]."""
    images = [[float(value) / 255 for value in image] for image in set_]
    total = images + [[float(value) / 255 for value in image] for image in real]
    centroid = [sum(column) / len(total) for column in zip(*total, strict=True)]
    values = []
    for image in images:
        a, c = image, centroid
        if zero_mean:
            a, c = [value - sum(a) / len(a) for value in a], [value - sum(c) / len(c) for value in c]
        products = sum(x * y for x, y in zip(a, c, strict=True))
        values.append(products / math.sqrt(sum(x * x for x in a) * sum(y * y for y in c)))
    return sum(values) / len(values)


@pytest.mark.parametrize("name", ["correlation", "zero_mean_correlation"])
def test_correlations_are_those_of_a_plain_loop(pixels, name):
    real, sets = pixels
    made = Objective(name, torch.from_numpy(real)).fitness(torch.from_numpy(sets))
    expected = [plain_correlation(each, real, zero_mean=name != "correlation") for each in sets]
    assert made.dtype == torch.float64
    assert made.tolist() == pytest.approx(expected, rel=1e-12)


def test_sets_in_pieces_have_the_same_fitness(pixels, monkeypatch):
    real, sets = pixels
    objective = Objective("correlation", torch.from_numpy(real))
    whole = objective.fitness(torch.from_numpy(sets))
    monkeypatch.setattr("augury.latent.objectives._LARGEST", 1)
    assert objective.fitness(torch.from_numpy(sets)).tolist() == pytest.approx(whole.tolist(), rel=1e-14)


def test_a_black_image_is_like_nothing():
    objective = Objective("correlation", torch.full((2, 4), 9, dtype=torch.uint8))
    assert objective.fitness(torch.zeros(1, 3, 4, dtype=torch.uint8)).tolist() == [0.0]


def test_distances_in_features_are_those_of_a_plain_loop():
    random = np.random.default_rng(1)
    real, sets = random.normal(size=(6, 4)), random.normal(size=(2, 3, 4))
    made = Objective("feature_distance", torch.from_numpy(real).float()).fitness(torch.from_numpy(sets).float())
    scale = math.sqrt(np.mean([np.sum((row - real.mean(axis=0)) ** 2) for row in real]))
    for value, each in zip(made.tolist(), sets, strict=True):
        centroid = np.concatenate([each, real]).mean(axis=0)
        assert value == pytest.approx(-np.mean([np.linalg.norm(row - centroid) for row in each]) / scale, rel=1e-6)


def test_the_vendi_score_of_many_sets_is_that_of_each():
    sets = np.random.default_rng(2).normal(size=(3, 6, 4))
    assert vendi(torch.from_numpy(sets)).tolist() == pytest.approx([vendi_score(each) for each in sets])
    same = torch.ones(1, 5, 4)
    different = torch.eye(5)[None]
    objective = Objective("vendi", torch.eye(5))
    assert objective.fitness(torch.cat([different])).tolist() == pytest.approx([-1.0])
    assert Objective("vendi", torch.eye(4)).fitness(same).tolist() == pytest.approx([-0.2])


def test_variety_is_one_where_a_set_is_as_various_as_the_real_images(pixels):
    real, _ = pixels
    objective = Objective("correlation", torch.from_numpy(real))
    assert objective.diversity(torch.from_numpy(real)) == pytest.approx(1.0)
    assert objective.diversity(torch.from_numpy(real[:1]).expand(4, -1)) == 0


def test_a_bound_costs_what_falls_short_of_it_in_deviations():
    bound = Bound(near_to(torch.zeros(1, 2)), weight=1.0)
    bound.set(torch.tensor([-1.0, -2.0, -3.0]), quantile=0.5)  # median -2, standard deviation 1
    scores = bound.score(None, torch.tensor([[3.0, 4.0], [0.0, 1.0]]))
    assert scores.tolist() == [-5.0, -1.0]
    assert bound.penalty(scores[None]).tolist() == [(3.0 + 0.0) / 2]
