"""The genetic search of latent space: a generation against a DEAP loop, and against its bare generator forwards.

Both run as `precision: auto` has them run here, in bf16 where the processor has it; the plain loop draws in fp32.
"""

import dataclasses

import torch
from comparison import Comparison
from peers import genetic as plain

from augury.generators.dcgan.networks import build_generator
from augury.latent.drawing import Drawer
from augury.latent.evaluation import Evaluation
from augury.latent.objectives import Objective
from augury.latent.search import GeneticSearch
from augury.settings.families import family
from augury.training.device import cpu_has_bf16

SIZE, POPULATION, IMAGES, REAL = 64, 20, 40, 40


def _search():
    generator = {"size_px": SIZE, "channels": "grey", "extra_convolutions": 2}
    settings = family("generators", "dcgan").settings.model_validate(generator)
    about = {"settings": settings, "size_px": SIZE, "channels": 1, "conditional": False, "classes": ["a"]}
    torch.manual_seed(0)
    network = build_generator(about).requires_grad_(False)
    network.layers[-2].weight.mul_(10)  # fresh weights draw one grey for all latents
    for _ in range(20):
        network(torch.randn(IMAGES, network.latent_dim))
    network.eval()
    drawer = Drawer(network, None, torch.device("cpu"), bf16=cpu_has_bf16())
    real = drawer.images(drawer.prior(REAL, 1.0, "real"), torch.arange(REAL)).permute(0, 3, 1, 2).flatten(1)
    evaluation = Evaluation(drawer, Objective("correlation", real), None, None)
    search = family("selections", "genetic").settings(population=POPULATION)
    task = GeneticSearch("timed", evaluation, search, IMAGES, 1, 0)
    task.step(0, 0)
    return network, drawer, real, task


def genetic() -> Comparison:
    network, _, real, task = _search()
    box = plain.toolbox(network, real.float() / 255, IMAGES, network.latent_dim)
    state = {"population": box.population(n=POPULATION)}
    for each in state["population"]:
        each.fitness.values = box.evaluate(each)
    steps = iter(range(1, 10**9))

    def peer() -> None:
        state["population"] = plain.generation(box, state["population"])

    def check() -> None:
        """The same vectors have the same fitness on both sides: in fp32, and in bf16 to less than sets differ."""
        theirs = torch.tensor([box.evaluate(vectors.flatten().tolist())[0] for vectors in task.vectors])
        plainly = dataclasses.replace(task.evaluation, drawer=Drawer(network, None, torch.device("cpu")))
        rows = [plainly.encode_vectors(vectors, torch.arange(IMAGES))["rows"] for vectors in task.vectors]
        exact = task.evaluation.objective.fitness(torch.stack(rows))
        assert (exact - theirs).abs().max() < 2e-5
        assert (task.fitness - theirs).abs().max() < theirs.std() / 4

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
        with torch.autocast("cpu", torch.bfloat16, enabled=drawer.bf16):
            for block in drawer.prior(task._made, 1.0, "plain", 0).split(64):
                drawer.network(block)

    return Comparison(
        "its generator's forwards alone", "generations a second", ours, peer, lambda: None, work=1, rounds=5
    )
