"""Running a network over images so that what it says of one does not depend on the others.

Always fp32, in blocks of one size, the last one padded: an image meets the same shapes, so its numbers keep their bits.
"""

from collections.abc import Callable

import torch

from augury.augmentation.classical import scale
from augury.classifiers.family import ClassifierSettings, TrainedSettings
from augury.classifiers.losses import judging_loss
from augury.classifiers.network import Classifier
from augury.images.mapped_arrays import give_back

BLOCK = 16  # images a forward pass; small, because validation parts of rare things are


@torch.no_grad()
def in_blocks(
    images: torch.Tensor, function: Callable[[torch.Tensor], torch.Tensor], device: torch.device
) -> torch.Tensor:
    """function's rows for uint8 images (N, S, S, C), on the CPU in float32: (N, ...); N is at least 1.

    function: float images (BLOCK, C, S, S) in [-1, 1] -> (BLOCK, ...).
    """
    made = []
    for start in range(0, len(images), BLOCK):
        block = images[start : start + BLOCK].to(device)
        count = len(block)
        block = torch.cat([block, block[-1:].expand(BLOCK - count, *block.shape[1:])])
        made.append(function(scale(block))[:count].float().cpu())
        give_back()
    return torch.cat(made)


def logits_of(network: torch.nn.Module, images: torch.Tensor, device: torch.device) -> torch.Tensor:
    """Logits (N, K) of uint8 images, with the network in evaluation mode; the caller sets the mode back."""
    network.eval()
    return in_blocks(images, network, device)


def probabilities_of(network: Classifier, images: torch.Tensor, device: torch.device, dihedral: bool) -> torch.Tensor:
    """Class probabilities (N, K); dihedral: their average over the eight flips and quarter turns."""
    network.eval()

    def judge(block: torch.Tensor) -> torch.Tensor:
        views = dihedral_views(block) if dihedral else [block]
        layout = {"memory_format": torch.channels_last}
        logits = [network(view.contiguous(**layout)).float() for view in views]
        return torch.stack([network.probabilities(each) for each in logits]).mean(dim=0)

    return in_blocks(images, judge, device)


def dihedral_views(images: torch.Tensor) -> list[torch.Tensor]:
    """The eight flips and quarter turns of images (N, C, S, S); first the images as they stand."""
    return [view.rot90(turns, (2, 3)) for view in (images, images.flip(3)) for turns in range(4)]


def averages_views(settings: ClassifierSettings) -> bool:
    """Whether a classifier's probabilities are averages over them: as `tta` says.

    auto: where it was trained to see them alike, by flips and quarter turns.
    """
    if settings.tta != "auto":
        return settings.tta
    if isinstance(settings, TrainedSettings):
        used = settings.augmentation
        return used.quarter_turns and (used.flip_horizontal or used.flip_vertical)
    return getattr(settings, "dihedral_views", False)


@torch.no_grad()
def judged_by(
    network: Classifier, images: torch.Tensor, labels: torch.Tensor, device: torch.device
) -> tuple[float, float]:
    """Plain loss and accuracy on uint8 images (N, S, S, C) with labels (N,), as they stand."""
    logits = logits_of(network, images, device)
    loss = judging_loss(logits.double(), labels.cpu(), network.loss).item()
    return loss, (logits.argmax(dim=1) == labels.cpu()).double().mean().item()
