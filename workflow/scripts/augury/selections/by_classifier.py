"""What a classifier of the study says of images to choose from, as its own predictions are made."""

from collections.abc import Sequence

import torch

from augury.classifiers.evaluation import averages_views, probabilities_of
from augury.classifiers.model_folder import load_classifier
from augury.command.progress import Progress
from augury.images.arrays import resize_square
from augury.selections.candidates import Candidates
from augury.selections.request import Request


def probabilities(request: Request, pool: Candidates) -> tuple[torch.Tensor, Sequence[str]]:
    """Probabilities (N, K) of the candidates, float64, and the K classes."""
    if request.classifier is None:
        raise ValueError("the step names no classifier")
    device = request.drawer.device
    classifier, description = load_classifier(request.classifier)
    classifier = classifier.to(device).to(memory_format=torch.channels_last)
    progress = Progress(request.label, len(pool.seeds), "candidates")
    form, dihedral = (description.size_px, description.channels), averages_views(description.settings, classifier)
    shares = []
    for block in request.drawer.blocks(pool.vectors, pool.noise_seeds):
        images = resize_square(block.permute(0, 2, 3, 1).cpu().numpy(), *form)
        shares.append(probabilities_of(classifier, torch.from_numpy(images), device, dihedral))
        progress.update(sum(map(len, shares)))
    return torch.cat(shares).double(), description.classes
