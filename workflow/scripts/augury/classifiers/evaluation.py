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
from augury.training.device import send

BLOCK = 16  # images per forward pass on a CPU; small, because validation parts of rare things are
_FEW, _LARGE_PX = 4, 128  # of images of this side and more, whose maps would not stay in its caches
_ON_GPU = 128  # on a GPU, of images of this side in pixels; fewer of larger ones
_SIDE = 224


def images_per_pass(size_px: int, device: torch.device) -> int:
    """Images of that side that a network is given at a time: always as many on one kind of device."""
    if device.type == "cpu":
        return BLOCK if size_px < _LARGE_PX else _FEW
    return max(BLOCK, min(_ON_GPU, _ON_GPU * _SIDE**2 // size_px**2 // BLOCK * BLOCK))


@torch.no_grad()
def in_blocks(
    images: torch.Tensor, function: Callable[[torch.Tensor], torch.Tensor], device: torch.device
) -> torch.Tensor:
    """function's rows for uint8 images (N, S, S, C), on the CPU in float32: (N, ...); N is at least 1.

    function: float images (b, C, S, S) in [-1, 1] -> (b, ...), b as images_per_pass says.
    """
    made, size = [], images_per_pass(images.shape[2], device)
    for start in range(0, len(images), size):
        block = send(images[start : start + size], device)
        count = len(block)
        block = torch.cat([block, block[-1:].expand(size - count, *block.shape[1:])])
        made.append(function(scale(block))[:count].float())
        give_back()
    return torch.cat(made).cpu()  # once: a GPU is not waited for between blocks


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
    return [dihedral_view(images, number) for number in range(8)]


def dihedral_view(images: torch.Tensor, number: int) -> torch.Tensor:
    """One of them: 0 to 3 are quarter turns, 4 to 7 those of the mirror image."""
    return (images.flip(3) if number >= 4 else images).rot90(number % 4, (2, 3))


def averages_views(settings: ClassifierSettings, classifier: Classifier) -> bool:
    """Whether a trained classifier's probabilities are averages over them: as `tta` says.

    auto: where it was trained to see them alike, by flips and quarter turns.
    """
    if settings.tta != "auto":
        return settings.tta
    if isinstance(settings, TrainedSettings):
        used = settings.augmentation
        return used.quarter_turns and (used.flip_horizontal or used.flip_vertical)
    return classifier.sees_views_alike()


@torch.no_grad()
def judged_by(
    network: Classifier, images: torch.Tensor, labels: torch.Tensor, device: torch.device
) -> tuple[float, float]:
    """Plain loss and accuracy on uint8 images (N, S, S, C) with labels (N,), as they stand."""
    logits = logits_of(network, images, device)
    loss = judging_loss(logits.double(), labels.cpu(), network.loss).item()
    return loss, (logits.argmax(dim=1) == labels.cpu()).double().mean().item()
