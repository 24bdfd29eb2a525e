"""The images that a classifier is least sure of, out of many: what active learning would label next.

The classifier is one of the study's own, trained on the real training part of the same split alone (its best epoch was
chosen by the validation part, as always).
"""

import torch

from augury.selections.by_classifier import probabilities
from augury.selections.candidates import candidates
from augury.selections.request import Chosen, Request

MEASURES = {
    "entropy": lambda shares: torch.special.entr(shares).sum(dim=1),
    "margin": lambda shares: -(shares.topk(2, dim=1).values @ torch.tensor([1.0, -1.0], dtype=shares.dtype)),
    "least_confident": lambda shares: -shares.max(dim=1).values,
}


def select(request: Request) -> Chosen:
    """Candidates from the most uncertain down."""
    pool = candidates(request)
    shares, _ = probabilities(request, pool)
    scores = MEASURES[request.settings.measure](shares)
    order = torch.argsort(scores, descending=True, stable=True)[: request.count].tolist()
    record = {"uncertainty_chosen": float(scores[order].mean()), "uncertainty_all": float(scores.mean())}
    return pool.chosen(order, request.drawer.space, record)
