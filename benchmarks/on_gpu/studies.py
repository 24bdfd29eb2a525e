"""What published studies cost at full size on this GPU: their own settings, measured, times what they ask for."""

import contextlib
import io
import time
from pathlib import Path
from typing import Any

import yaml

from on_gpu import cases, speed

STUDIES = Path(__file__).resolve().parents[2] / "config" / "studies"


def hushem(device: str, small: bool) -> list[dict[str, Any]]:
    """The genetic search of sperm heads: a DCGAN a class, fold and seed; the same searches; arms times classifiers."""
    study = yaml.safe_load((STUDIES / "hushem.yaml").read_text())
    runs = study["split"]["folds"] * len(study["seeds"])
    gan = study["generators"]["dcgan"]
    images, classes = study["split"]["train"], 4
    row = speed.kimg_seconds(_known(cases.small(gan) if small else gan), device)
    kimg = gan["duration"] * images / 1000
    hours = row["seconds_per_kimg"] * kimg * runs * classes / 3600
    made = [{"of": "a generator", "kimg": kimg, "trainings": runs * classes, "hours": hours} | row]
    network = study["classifiers"]["discriminator"] | ({"size_px": 36, "width": 4} if small else {})
    a_step = _classifier_seconds(network, device)
    hours = 0.0
    for arm in study["arms"].values():
        each = images * classes * (2 if arm else 1)
        hours += a_step * network["epochs"] * each / network["batch"] * runs / 3600
    made.append({"of": "classifiers", "seconds_a_step": a_step, "trainings": runs * len(study["arms"]), "hours": hours})
    generation = _generation_seconds(gan, images, device, small)
    count = 2 * runs * classes
    made.append({"of": "searches", "seconds_a_generation": generation, "searches": count})
    made[-1]["hours"] = generation * 500 * count / 3600
    return [*made, {"of": "all, one after another", "hours": sum(row["hours"] for row in made)}]


def copepods(device: str, small: bool) -> list[dict[str, Any]]:
    """StyleGAN2 at 256 px: with LeCam and ADA four from scratch, three sideways, five downward, a seed each."""
    study = yaml.safe_load((STUDIES / "copepods.yaml").read_text())
    generators, seeds, made = study["generators"], len(study["generator_seeds"]), []
    trainings = {"dcgan": 1, "stylegan2": 1, "ada": 1, "scratch": 4, "sideways": 3, "downward": 5}
    costs: dict[str, dict[str, Any]] = {}
    for name, count in trainings.items():
        settings = _known(generators[name])
        same = "dcgan" if name == "dcgan" else "scratch"  # with ADA and LeCam, which cost the others less
        if same not in costs:
            costs[same] = speed.kimg_seconds(cases.small(settings) if small else settings, device)
        hours = costs[same]["seconds_per_kimg"] * settings["duration"] * count * seeds / 3600
        made.append({"of": name, "trainings": count * seeds, "hours": hours} | costs[same])
    return [*made, {"of": "all, one after another", "hours": sum(row["hours"] for row in made)}]


def _known(settings: dict[str, Any]) -> dict[str, Any]:
    left_out = ("classes", "init_from")
    return {key: value for key, value in settings.items() if key not in left_out}


def _classifier_seconds(settings: dict[str, Any], device: str) -> float:
    with contextlib.redirect_stdout(io.StringIO()):
        task = cases.classifier(settings, device, "auto", count=128)
    took, steps = speed._timed(task, 2.0, 16)
    return took / steps


def _generation_seconds(gan: dict[str, Any], images: int, device: str, small: bool) -> float:
    from augury.latent.drawing import Drawer
    from augury.latent.evaluation import Evaluation
    from augury.latent.objectives import Objective
    from augury.latent.search import GeneticSearch

    with contextlib.redirect_stdout(io.StringIO()):
        task = cases.generator(_known(cases.small(gan) if small else gan), False, device, "auto", count=images)
    settings = cases.complete("selections", {"family": "genetic"})
    drawer = Drawer(task.generator, None, task.device, bf16=task.on_device.precision == "bf16")
    real = task.images.permute(0, 3, 1, 2).flatten(1)
    evaluation = Evaluation(drawer, Objective(settings.objective, real), None, None)
    search = GeneticSearch("timed", evaluation, settings, images, 1, 0)
    count = 3 if small else 40
    for step in range(2):
        search.step(step, 0)
    began = time.perf_counter()
    for step in range(2, 2 + count):
        search.step(step, 0)
    return (time.perf_counter() - began) / count
