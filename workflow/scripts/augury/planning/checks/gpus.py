"""GPUs of the machine that plans: what is wrong with generators that several shall train, and steps that share one."""

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


def gpu_remarks(study: Study, engine: Engine) -> list[str]:
    """A sentence where more steps than GPUs run at a time and the driver lets them take turns, as it does by itself."""
    here, limit = gpus_here(), engine.limit("gpu")
    if engine.on_cluster or limit is None or not 0 < here < limit or not study.needs_gpu() or _has_mps():
        return []
    gpus = "one GPU, where" if here == 1 else f"{here} GPUs, where"
    serve = "NVIDIA's MPS lets them compute side by side (`nvidia-cuda-mps-control -d`; docs/running.md)"
    return [f"{limit} steps at a time share {gpus} they take turns; {serve}"]


def _has_mps() -> bool:
    # Whether the control daemon of NVIDIA's Multi-Process Service has its pipe where CUDA looks for it.
    return os.path.exists(os.path.join(os.environ.get("CUDA_MPS_PIPE_DIRECTORY", "/tmp/nvidia-mps"), "control"))


def gpus_here() -> int:
    """CUDA devices of this machine that are not hidden, without asking CUDA."""
    shown = os.environ.get("CUDA_VISIBLE_DEVICES")
    if shown is not None:
        return 0 if shown.strip() in ("", "-1") else len(shown.split(","))
    return sum(bool(re.fullmatch(r"nvidia\d+", entry)) for entry in os.listdir("/dev")) if os.path.isdir("/dev") else 0
