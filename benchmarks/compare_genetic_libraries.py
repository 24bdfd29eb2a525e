"""The operators of the genetic search beside those of libraries: one generation of 20 individuals of 40 x 100 genes.

Times selection, crossover and mutation alone, with fitness given, in one run; libraries that are not installed are
passed over (pip install deap pymoo pygad evotorch). Not all have the study's operators: what is timed instead is said.
Times are of the processor.

    python benchmarks/compare_genetic_libraries.py --rounds 5
"""

import argparse
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import numpy as np
import torch

POPULATION, IMAGES, DIM = 20, 40, 100
GENES = IMAGES * DIM
RANDOM = np.random.default_rng(0)
SETTINGS = {"elite": 1, "tournament": 3, "crossover_rate": 0.7, "crossover_by": "gene", "swap_rate": 0.5}
SETTINGS |= {"mutation_rate": 0.02}


def ours() -> Callable[[], object]:
    from augury.latent.operators import offspring

    vectors, fitness = torch.randn(POPULATION, IMAGES, DIM), torch.rand(POPULATION)
    source = torch.Generator().manual_seed(0)
    return lambda: offspring(
        vectors, fitness, SETTINGS, source, lambda: torch.randn(POPULATION, IMAGES, DIM, generator=source)
    )


def deap() -> Callable[[], object]:
    from deap import base, creator, tools

    creator.create("Fitness", base.Fitness, weights=(-1.0,))
    creator.create("Individual", list, fitness=creator.Fitness)
    population = [creator.Individual(RANDOM.normal(size=GENES).tolist()) for _ in range(POPULATION)]
    for each in population:
        each.fitness.values = (random.random(),)
    clone = base.Toolbox().clone

    def generation():
        children = [clone(each) for each in tools.selTournament(population, POPULATION - 1, tournsize=3)]
        for mother, father in zip(children[::2], children[1::2], strict=False):
            if random.random() < 0.7:
                tools.cxUniform(mother, father, indpb=0.5)
        for child in children:  # it has no reset: one of its own kind, a loop over genes
            for gene in range(GENES):
                if random.random() < 0.02:
                    child[gene] = random.gauss(0, 1)
        return tools.selBest(population, 1) + children

    return generation


def pymoo() -> Callable[[], object]:
    from pymoo.core.population import Population
    from pymoo.core.problem import Problem
    from pymoo.operators.crossover.ux import UniformCrossover
    from pymoo.operators.mutation.gauss import GaussianMutation
    from pymoo.operators.selection.tournament import TournamentSelection

    problem = Problem(n_var=GENES, n_obj=1, xl=-9.0, xu=9.0)
    population = Population.new(X=RANDOM.normal(size=(POPULATION, GENES)), F=RANDOM.random((POPULATION, 1)))

    def best(population, contestants, **_):
        return contestants[np.arange(len(contestants)), population.get("F")[contestants, 0].argmin(axis=1)][:, None]

    selection, source = TournamentSelection(func_comp=best, pressure=3), np.random.default_rng(0)
    crossover, mutation = UniformCrossover(prob=0.7), GaussianMutation(prob=1.0, prob_var=0.02, sigma=0.1)

    def generation():  # its Gaussian mutation adds a step, where the study's draws anew
        parents = selection(problem, population, POPULATION // 2, 2, random_state=source)
        children = crossover(problem, parents, random_state=source)
        return mutation(problem, children, random_state=source)

    return generation


def pygad() -> Callable[[], object]:
    import pygad

    made = pygad.GA(
        num_generations=1, num_parents_mating=POPULATION, initial_population=RANDOM.normal(size=(POPULATION, GENES)),
        fitness_func=lambda *_: 0.0, parent_selection_type="tournament", K_tournament=3, crossover_type="uniform",
        crossover_probability=0.7, mutation_type="random", mutation_probability=0.02, keep_elitism=1,
        mutation_by_replacement=True, suppress_warnings=True,
    )  # fmt: skip
    fitness = RANDOM.random(POPULATION)
    made.last_generation_fitness = fitness

    def generation():  # its reset is uniform, where the study's is normal
        parents, _ = made.tournament_selection(fitness, POPULATION)
        return made.mutation(made.crossover(parents, (POPULATION - 1, GENES)))

    return generation


def evotorch() -> Callable[[], object]:
    from evotorch import Problem
    from evotorch.operators import GaussianMutation, OnePointCrossOver

    problem = Problem("min", lambda x: x.sum(dim=-1), solution_length=GENES, initial_bounds=(-1, 1), vectorized=True)
    batch = problem.generate_batch(POPULATION)
    batch.set_evals(torch.rand(POPULATION))
    crossover = OnePointCrossOver(problem, tournament_size=3, cross_over_rate=0.7)
    mutation = GaussianMutation(problem, stdev=1.0, mutation_probability=0.02)
    return lambda: mutation(crossover(batch))  # it has no uniform crossover: one point


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--rounds", type=int, default=5)
    args = made.parse_args()
    torch.set_num_threads(1)
    ready = {}
    for prepare in (ours, deap, pymoo, pygad, evotorch):
        try:
            ready[prepare.__name__] = prepare()
            ready[prepare.__name__]()
        except ImportError as error:
            ready.pop(prepare.__name__, None)
            print(f"{prepare.__name__}: passed over ({error})")
        except Exception as error:  # one library whose calls have changed is no reason to time no other
            ready.pop(prepare.__name__, None)
            print(f"{prepare.__name__}: failed ({type(error).__name__}: {error})")
    times = {name: [] for name in ready}
    for _ in range(args.rounds):  # in turns, so that all meet the same machine
        for name, generation in ready.items():
            began = time.process_time()
            generation()
            times[name].append(time.process_time() - began)
    for name, took in times.items():
        ratio = np.median(took) / np.median(times["ours"])
        print(f"{name}: {1000 * np.median(took):.2f} ms per generation, {ratio:.1f} times ours")


if __name__ == "__main__":
    main()
