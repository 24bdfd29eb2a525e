"""In which precision a classifier is trained where that is left to be found out."""

from types import ModuleType
from typing import Any

import torch

from augury.classifiers.network import Classifier
from augury.training import precision
from augury.training.device import Device


def fastest(place: Device, family: ModuleType, classifier: Classifier, description: dict[str, Any]) -> Device:
    """The device with the precision that trains this network faster, where the settings and the family leave it open.

    Measured on batches of the training's own size; the classifier itself is left as it is.
    """
    settings = description["settings"]
    if settings.get("precision") != "auto" or family.PLAIN_CONVOLUTIONS is not None:
        return place
    shape = settings["batch"], description["channels"], description["size_px"], description["size_px"]
    images = torch.zeros(shape).contiguous(memory_format=torch.channels_last)

    def step(network: Classifier) -> torch.Tensor:
        made = network.to(memory_format=torch.channels_last).training_logits(images)
        return torch.stack([weight * logits.float().square().mean() for weight, logits in made]).sum()

    return precision.measured(place, classifier, step, f"{description['architecture']} {'x'.join(map(str, shape))}")
