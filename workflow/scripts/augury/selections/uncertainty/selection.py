"""The images that a classifier is least sure of, out of many: what active learning would label next.

The classifier is one of the study's own, trained on the real training part of the same split alone (its best epoch was
chosen by the validation part, as always).
"""

import torch

from augury.classifiers.evaluation import averages_views, probabilities_of
from augury.classifiers.model_folder import load_classifier
from augury.command.progress import Progress
from augury.images.arrays import resize_square
from augury.selections.candidates import candidates
from augury.selections.request import Chosen, Request

MEASURES = {
    "entropy": lambda shares: torch.special.entr(shares).sum(dim=1),
    "margin": lambda shares: -(shares.topk(2, dim=1).values @ torch.tensor([1.0, -1.0], dtype=shares.dtype)),
    "least_confident": lambda shares: -shares.max(dim=1).values,
}


def select(request: Request) -> Chosen:
    """Candidates from the most uncertain down."""
    pool, device = candidates(request), request.drawer.device
    if request.classifier is None:
        raise ValueError("the step names no classifier")
    classifier, description = load_classifier(request.classifier)
    classifier = classifier.to(device).to(memory_format=torch.channels_last)
    progress = Progress(request.label, len(pool.seeds), "candidates")
    form, dihedral = (description.size_px, description.channels), averages_views(description.settings)
    shares = []
    for block in request.drawer.blocks(pool.vectors, pool.noise_seeds):
        images = resize_square(block.permute(0, 2, 3, 1).cpu().numpy(), *form)
        shares.append(probabilities_of(classifier, torch.from_numpy(images), device, dihedral))
        progress.update(sum(map(len, shares)))
    scores = MEASURES[request.settings.measure](torch.cat(shares).double())
    order = torch.argsort(scores, descending=True, stable=True)[: request.count].tolist()
    record = {"uncertainty_chosen": float(scores[order].mean()), "uncertainty_all": float(scores.mean())}
    return pool.chosen(order, request.drawer.space, record)
