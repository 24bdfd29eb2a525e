"""The operators of a genetic algorithm over sets of vectors, each applied to a whole population at once.

Fernandes, Correia and Machado 2020 (Towards latent space exploration for classifier improvement, table 3): elitism,
tournaments, uniform crossover, random reset. An individual is a set of S vectors of d genes. Which images a child has
unchanged from a parent is marked, so that they are not made again.
"""

import dataclasses
from collections.abc import Callable

import torch

from augury.selections.genetic.family import GeneticSettings


@dataclasses.dataclass(frozen=True)
class Children:
    """The next population.

    vectors: (P, S, d). origin: (P, S) int64, the index p * S + s of the same image in the population before, -1 for an
    image that is new. kept: the individuals that are elite, in the order of the first rows.
    """

    vectors: torch.Tensor
    origin: torch.Tensor
    kept: torch.Tensor


def offspring(
    vectors: torch.Tensor,
    fitness: torch.Tensor,
    settings: GeneticSettings,
    random: torch.Generator,
    fresh: Callable[[], torch.Tensor],
) -> Children:
    """The next population of one (P, S, d) whose fitness (P,) is to be small; all random numbers come from `random`.

    fresh: makes (P, S, d) vectors from which reset genes are taken. settings: see the config's `genetic`.
    """
    population, size, genes = vectors.shape
    kept = torch.argsort(fitness, stable=True)[: settings.elite]
    wanted = population - len(kept)
    pairs = (wanted + 1) // 2
    parents = tournament(fitness, 2 * pairs, settings.tournament, random).reshape(pairs, 2)
    mothers, fathers = vectors[parents[:, 0]], vectors[parents[:, 1]]
    crossed = torch.rand(pairs, generator=random) < settings.crossover_rate
    units = (pairs, size, 1 if settings.crossover_by == "image" else genes)
    swapped = (torch.rand(units, generator=random) < settings.swap_rate) & crossed[:, None, None]
    children = torch.stack([torch.where(swapped, fathers, mothers), torch.where(swapped, mothers, fathers)], dim=1)
    children = children.reshape(2 * pairs, size, genes)[:wanted]
    reset = torch.rand(children.shape, generator=random) < settings.mutation_rate
    children = torch.where(reset, fresh()[:wanted], children)

    slots = torch.arange(size)
    origin = torch.full((wanted, size), -1)
    for parent in (parents, parents.flip(1)):
        indices = parent.reshape(-1)[:wanted]
        same = (children == vectors[indices]).all(dim=2)
        origin = torch.where(same, indices[:, None] * size + slots, origin)
    elite = kept[:, None] * size + slots
    return Children(torch.cat([vectors[kept], children]), torch.cat([elite, origin]), kept)


def tournament(fitness: torch.Tensor, winners: int, contestants: int, random: torch.Generator) -> torch.Tensor:
    """(winners,) indices: of each so many individuals, drawn with replacement, the one of smallest fitness."""
    drawn = torch.randint(len(fitness), (winners, contestants), generator=random)
    return drawn[torch.arange(winners), fitness[drawn].argmin(dim=1)]
