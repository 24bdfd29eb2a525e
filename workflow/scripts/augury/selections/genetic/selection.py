"""Sets of latent vectors that a genetic algorithm makes as various as they can be.

A set holds at most `images` vectors. A pool of more is made of several searches of equal size, each from a seed of its
own, and not of several of one population's best: these are siblings, and share most of their images.
"""

import math

import torch

from augury.latent.evaluation import Evaluation
from augury.latent.files import Latents
from augury.latent.objectives import COMPARED, FEATURES, Objective
from augury.latent.realism import REFERENCE, Bound, judged_by, near_to
from augury.latent.search import GeneticSearch
from augury.selections.genetic.family import GeneticSettings
from augury.selections.request import Chosen, Request
from augury.training import loop
from augury.training.randomness import mix_seed


def select(request: Request) -> Chosen:
    """The best set of each search, in the order of the searches, and the history of all generations."""
    settings: GeneticSettings = request.settings
    searches, size = sizes(request.count, settings.images)
    seed = mix_seed("selection", request.about["class"], request.seed)
    evaluation = _evaluation(request, seed)
    task = GeneticSearch(request.label, evaluation, settings, size, searches, seed)
    history, seconds = loop.run(task, request.state)
    count = request.count
    latents = Latents(torch.cat(task.last)[:count], torch.arange(count), [None] * count, request.drawer.space)
    made = sum(row["made"] for row in history)
    record = {"searches": searches, "images": size, "images_made": made, "seconds": round(seconds, 3)}
    compared = "first", f"{settings.generations}th"
    record |= {"best_first": history[0]["best"], "best_last": history[task.each - 1]["best"]}
    return Chosen(latents, (torch.cat(task.first)[:count], torch.arange(count)), history, record, compared=compared)


def sizes(count: int, most: int) -> tuple[int, int]:
    """How many searches, and of how many images each, make `count` images in sets of at most `most`."""
    searches = math.ceil(count / most)
    return searches, math.ceil(count / searches)


def _evaluation(request: Request, seed: int) -> Evaluation:
    settings: GeneticSettings = request.settings
    drawer = request.drawer
    realism = settings.realism
    in_features = COMPARED[settings.objective] == FEATURES
    pixels = torch.from_numpy(request.real).permute(0, 3, 1, 2).flatten(1).to(drawer.device)
    objective = Objective(settings.objective, request.in_features()[0] if in_features else pixels)
    if realism.by == "none":
        return Evaluation(drawer, objective, None, request.features)
    if request.discriminator is not None:
        score = judged_by(request.discriminator, drawer.label, drawer.device)
    else:
        score = near_to(request.in_features()[0])
    bound = Bound(score, realism.weight)
    evaluation = Evaluation(drawer, objective, bound, request.features)
    noise = torch.arange(REFERENCE)
    plain = evaluation.encode_vectors(drawer.prior(REFERENCE, 1.0, seed, "reference"), noise)
    bound.set(plain["belief"], realism.quantile)
    return evaluation
