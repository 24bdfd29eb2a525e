"""The genetic search of latent space: a generation against a DEAP loop, and against its bare generator forwards."""

import torch
from comparison import Comparison
from peers import genetic as plain

from augury.generators.dcgan.networks import build_generator
from augury.latent.drawing import Drawer
from augury.latent.evaluation import Evaluation
from augury.latent.objectives import Objective
from augury.latent.search import GeneticSearch
from augury.planning.defaults import complete, load_schema

SIZE, POPULATION, IMAGES, REAL = 64, 20, 40, 40


def _search():
    rules = load_schema()["$defs"]
    settings = complete(
        {"family": "dcgan", "size_px": SIZE, "channels": "grey", "extra_convolutions": 2}, rules["dcgan"]
    )
    about = {"settings": settings, "size_px": SIZE, "channels": 1, "conditional": False, "classes": ["a"]}
    torch.manual_seed(0)
    network = build_generator(about).eval().requires_grad_(False)
    drawer = Drawer(network, None, torch.device("cpu"))
    real = drawer.images(drawer.prior(REAL, 1.0, "real"), torch.arange(REAL)).permute(0, 3, 1, 2).flatten(1)
    evaluation = Evaluation(drawer, Objective("correlation", real), None, None)
    task = GeneticSearch("timed", evaluation, complete({"population": POPULATION}, rules["genetic"]), IMAGES, 1, 0)
    task.step(0, 0)
    return network, drawer, real, task


def genetic() -> Comparison:
    network, _, real, task = _search()
    box = plain.toolbox(network, real.float() / 255, IMAGES, network.latent_dim)
    held = {"population": box.population(n=POPULATION)}
    for each in held["population"]:
        each.fitness.values = box.evaluate(each)
    steps = iter(range(1, 10**9))

    def peer() -> None:
        held["population"] = plain.generation(box, held["population"])

    def check() -> None:
        """The same vectors have the same fitness on both sides."""
        for vectors, fitness in zip(task.vectors[:3], task.fitness[:3], strict=True):
            (theirs,) = box.evaluate(vectors.flatten().tolist())
            assert abs(float(fitness) - theirs) < 2e-5, (float(fitness), theirs)

    return Comparison(
        "a DEAP loop", "generations a second", lambda: task.step(next(steps), 0), peer, check, work=1, rounds=5
    )


def genetic_forwards() -> Comparison:
    """Ours is the whole search, the peer its generator's forward passes alone, of as many images: 1 is the bound."""
    _, drawer, _, task = _search()
    steps = iter(range(1, 10**9))

    def ours() -> None:
        task.step(next(steps), 0)

    @torch.no_grad()
    def peer() -> None:
        for block in drawer.prior(task._made, 1.0, "plain", 0).split(64):
            drawer.network(block)

    return Comparison(
        "its generator's forwards alone", "generations a second", ours, peer, lambda: None, work=1, rounds=5
    )
