"""What is wrong with generators that several GPUs shall train together, on the machine that plans them."""

import os
import re
from collections.abc import Mapping
from typing import Any

from augury.generators.division import division_problems
from augury.generators.family import TrainedSettings
from augury.planning.engine import Engine
from augury.planning.study import Study

REMEDY = "set `gpus: 1`, by which nothing is made again"


def sharing_problems(generators: Mapping[str, Any]) -> list[str]:
    """A sentence for each generator whose training so many GPUs cannot share."""
    problems = []
    for name, settings in generators.items():
        if not isinstance(settings, TrainedSettings) or settings.gpus == 1:
            continue
        mistakes = division_problems(settings, settings.gpus)
        if settings.device.startswith("cuda:"):
            mistakes.append(("device", f"{settings.device} is one GPU where `gpus` asks for {settings.gpus}; set cuda"))
        problems += [f"`generators.{name}.{key}`: {sentence}" for key, sentence in mistakes]
    return problems


def gpu_problems(study: Study, engine: Engine) -> list[str]:
    """A sentence for each generator that asks for more GPUs than there are; on a cluster its nodes know."""
    if engine.on_cluster:
        return []
    here, limit, problems = gpus_here(), engine.limit("gpu"), []
    for name in study.trained_generators:
        gpus = study.gpus(name)
        if gpus == 1 or study.device("generators", name) == "cpu":
            continue
        asks = f"`generators.{name}.gpus` asks for {gpus} GPUs, and"
        if here < gpus:
            found = "no CUDA device" if not here else f"{here} CUDA device{'s' * (here > 1)}"
            problems.append(f"{asks} {found} can be used here; {REMEDY}, or run it on a cluster (profiles/slurm)")
        elif limit is not None and limit < gpus:
            problems.append(f"{asks} steps may take {limit} at a time; start with --resources gpu={gpus}")
    return problems


def gpus_here() -> int:
    """CUDA devices of this machine that are not hidden, without asking CUDA."""
    shown = os.environ.get("CUDA_VISIBLE_DEVICES")
    if shown is not None:
        return 0 if shown.strip() in ("", "-1") else len(shown.split(","))
    return sum(bool(re.fullmatch(r"nvidia\d+", entry)) for entry in os.listdir("/dev")) if os.path.isdir("/dev") else 0
