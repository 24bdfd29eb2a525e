"""The genetic search of the sperm-head study as one would write it with DEAP: a list of floats an individual."""

import random

import torch


def toolbox(network, real: torch.Tensor, images: int, latent_dim: int):
    """DEAP's operators, and the fitness: mean normalised cross-correlation with the centroid of all images.

    real: (n, P) pixels in [0, 1]. An individual is a flat list of images x latent_dim floats.
    """
    from deap import base, creator, tools

    creator.create("Fitness", base.Fitness, weights=(-1.0,))
    creator.create("Individual", list, fitness=creator.Fitness)
    box = base.Toolbox()
    genes = images * latent_dim
    box.register("individual", tools.initRepeat, creator.Individual, lambda: random.gauss(0, 1), genes)
    box.register("population", tools.initRepeat, list, box.individual)
    box.register("mate", tools.cxUniform, indpb=0.5)
    box.register("select", tools.selTournament, tournsize=3)

    def reset(individual):
        for gene in range(genes):
            if random.random() < 0.02:
                individual[gene] = random.gauss(0, 1)
        return (individual,)

    @torch.no_grad()
    def evaluate(individual):
        drawn = network(torch.tensor(individual).reshape(images, latent_dim))
        drawn = ((drawn.float() * 127.5 + 127.5).round().clamp(0, 255) / 255).flatten(1)
        centroid = torch.cat([drawn, real]).mean(0)
        return (float(((drawn @ centroid) / (drawn.norm(dim=1) * centroid.norm())).mean()),)

    box.register("mutate", reset)
    box.register("evaluate", evaluate)
    return box


def generation(box, population):
    """The next population: elite of one, tournaments, uniform crossover at 0.7, reset at 0.02 a gene."""
    from deap import tools

    children = [box.clone(each) for each in box.select(population, len(population) - 1)]
    for mother, father in zip(children[::2], children[1::2], strict=False):
        if random.random() < 0.7:
            box.mate(mother, father)
            del mother.fitness.values, father.fitness.values
    for child in children:
        box.mutate(child)
        del child.fitness.values
    best = tools.selBest(population, 1)
    for each in children:
        each.fitness.values = box.evaluate(each)
    return best + children
