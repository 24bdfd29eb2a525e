"""The genetic algorithm's operators, on populations of vectors without any image."""

import pytest
import torch

from augury.latent.operators import offspring, tournament
from tests.settings import of_family

SETTINGS = of_family("selections", "genetic")


def random(seed=0):
    return torch.Generator().manual_seed(seed)


def bred(vectors, fitness, seed=0, **changes):
    def fresh():
        return torch.full_like(vectors, 99.0)

    return offspring(vectors, fitness, SETTINGS.model_copy(update=changes), random(seed), fresh)


def test_the_settings_of_the_study_are_the_defaults():
    table_3 = {"population": 20, "generations": 500, "elite": 1, "tournament": 3, "crossover_rate": 0.7}
    table_3 |= {"mutation_rate": 0.02, "mutation_std": 1.0, "images": 40, "objective": "correlation"}
    assert {key: getattr(SETTINGS, key) for key in table_3} == table_3


def test_elites_are_the_best_and_stay_as_they_were():
    vectors, fitness = torch.randn(6, 4, 3, generator=random()), torch.tensor([3.0, 1, 2, 0, 5, 4])
    children = bred(vectors, fitness, elite=2)
    assert children.kept.tolist() == [3, 1]
    assert torch.equal(children.vectors[:2], vectors[[3, 1]])
    assert children.origin[:2].tolist() == [[12, 13, 14, 15], [4, 5, 6, 7]]


def test_a_tournament_of_all_finds_the_best_and_one_of_one_is_chance():
    fitness = torch.tensor([3.0, 1.0, 0.0, 2.0])
    assert set(tournament(fitness, 50, 60, random()).tolist()) == {2}
    counts = torch.bincount(tournament(fitness, 4000, 1, random()), minlength=4)
    assert (counts / 4000).tolist() == pytest.approx([0.25] * 4, abs=0.03)


def test_tournaments_of_three_choose_as_they_should():
    # The best of P wins with 1 - (1 - 1 / P)^3: for 4 that is 37 / 64.
    counts = torch.bincount(tournament(torch.arange(4.0), 20000, 3, random()), minlength=4) / 20000
    assert float(counts[0]) == pytest.approx(37 / 64, abs=0.015)


def test_crossover_by_image_exchanges_whole_vectors_and_by_gene_their_numbers():
    vectors = torch.stack([torch.zeros(50, 8), torch.ones(50, 8)])
    plain = {"elite": 0, "mutation_rate": 0.0, "crossover_rate": 1.0, "tournament": 1, "population": 2}
    by_image = torch.cat(
        [bred(vectors, torch.zeros(2), seed, crossover_by="image", **plain).vectors for seed in range(8)]
    )
    assert set(by_image.sum(dim=2).flatten().tolist()) == {0.0, 8.0}
    by_gene = torch.cat(
        [bred(vectors, torch.zeros(2), seed, crossover_by="gene", **plain).vectors for seed in range(8)]
    )
    mixed = by_gene[(by_gene.sum(dim=(1, 2)) > 0) & (by_gene.sum(dim=(1, 2)) < 400)]
    assert float(mixed.mean()) == pytest.approx(0.5, abs=0.05)
    assert not set(mixed.sum(dim=2).flatten().tolist()) <= {0.0, 8.0}


def test_mutation_resets_its_share_of_the_genes():
    vectors = torch.zeros(20, 40, 100)
    children = bred(vectors, torch.zeros(20), mutation_rate=0.02, elite=1)
    assert float((children.vectors[1:] == 99).float().mean()) == pytest.approx(0.02, abs=0.002)
    assert set(children.vectors.unique().tolist()) == {0.0, 99.0}


@pytest.mark.parametrize("by", ["gene", "image"])
def test_an_image_without_a_change_is_told_with_its_place(by):
    vectors = torch.randn(9, 5, 4, generator=random(1))
    children = bred(vectors, torch.rand(9, generator=random(2)), crossover_by=by, mutation_rate=0.05, elite=2)
    before = vectors.flatten(0, 1)
    unchanged = children.origin >= 0
    assert 0 < int(unchanged.sum()) < unchanged.numel()
    assert torch.equal(children.vectors[unchanged], before[children.origin[unchanged]])
    new = children.vectors[~unchanged]
    assert not (new[:, None] == before[None]).all(dim=2).any()


def test_the_optimum_of_a_known_function_is_found():
    target = torch.tensor([0.5, -1.0, 1.5])
    source = random(3)

    def fitness_of(vectors):
        return (vectors - target).square().sum(dim=(1, 2))

    vectors = torch.randn(40, 2, 3, generator=source)
    best = [float(fitness_of(vectors).min())]
    for _ in range(150):
        fresh = torch.randn(40, 2, 3, generator=source)
        settings = SETTINGS.model_copy(update={"mutation_rate": 0.1})
        vectors = offspring(vectors, fitness_of(vectors), settings, source, lambda made=fresh: made).vectors
        best.append(float(fitness_of(vectors).min()))
    assert best == sorted(best, reverse=True)  # an elite is never lost
    assert best[-1] < 0.02 < best[0]
