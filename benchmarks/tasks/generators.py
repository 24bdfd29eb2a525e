"""Our trainings of generators, as benchmarks run them: one class, fresh weights, no files but snapshots."""

import tempfile
from pathlib import Path

import torch

from augury.settings.families import family
from augury.training.device import choose_device


def training(task: type, images: torch.Tensor, settings: dict, seed: int = 0, device: str = "auto"):
    """The task with its images (N, S, S, 3) uint8; settings: those that are not the schema's defaults."""
    size = images.shape[1]
    settings = {"family": task.family, "size_px": size, "channels": "rgb"} | settings
    settings = family("generators", task.family).settings.model_validate(settings)
    about = {"settings": task.resolved(settings), "size_px": size, "channels": 3, "conditional": False}
    about |= {"generator": task.family, "split": "holdout", "seed": seed, "classes": ["a"], "class": "a"}
    chosen = choose_device(device, settings.precision, torch.get_num_threads(), bf16_pays_on_cpu=True)
    return task(about, images.to(chosen.device), None, chosen, Path(tempfile.mkdtemp()))
