"""In which precision a classifier is trained where that is left to be found out."""

import torch

from augury.classifiers.description import Description
from augury.classifiers.family import TrainedSettings
from augury.classifiers.network import Classifier
from augury.training import precision
from augury.training.device import Device


def fastest(
    device: Device, plain_convolutions: bool | None, classifier: Classifier, description: Description
) -> Device:
    """The device with the precision that trains this network faster, where the settings and the family leave it open.

    Measured on batches of the training's own size; the classifier itself is left as it is.
    """
    settings = description.settings
    if not isinstance(settings, TrainedSettings) or settings.precision != "auto" or plain_convolutions is not None:
        return device
    shape = settings.batch, description.channels, description.size_px, description.size_px
    images = torch.zeros(shape).contiguous(memory_format=torch.channels_last)

    def step(network: Classifier) -> torch.Tensor:
        made = network.to(memory_format=torch.channels_last).training_logits(images)
        return torch.stack([weight * logits.float().square().mean() for weight, logits in made]).sum()

    return precision.measured(device, classifier, step, f"{description.architecture} {'x'.join(map(str, shape))}")
