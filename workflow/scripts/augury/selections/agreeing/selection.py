"""The images that a classifier takes for the wanted class, as they are drawn; it saw real images of the split alone.

Of those that reach the threshold the first are taken and not the surest, which would be the most alike. Where too few
reach it, the likeliest of the others follow, and selection.json says how many.
"""

import torch

from augury.command import script
from augury.command.errors import UserError
from augury.selections.by_classifier import probabilities
from augury.selections.candidates import candidates
from augury.selections.request import Chosen, Request


def select(request: Request) -> Chosen:
    """Candidates that the classifier agrees with, in the order of their seeds; UserError for a class unknown to it."""
    pool, wanted, given = candidates(request), request.about["class"], request.settings.probability
    shares, classes = probabilities(request, pool)
    if wanted not in classes:
        raise UserError(f"{request.classifier} does not know the class '{wanted}'; name a classifier that does")
    own, least = shares[:, list(classes).index(wanted)], 1 / len(classes) if given == "chance" else given
    order = agreeing_first(own, least)[: request.count]
    agreeing, taken = int((own >= least).sum()), int((own[order] >= least).sum())
    if taken < request.count:
        script.tell(
            f"{request.label}: the classifier agrees with {agreeing} of {len(own)} candidates, fewer than the "
            f"{request.count} that are wanted; the likeliest others follow (more `candidates` would do)"
        )
    record = {"agreeing": agreeing / len(own), "agreeing_chosen": taken / request.count}
    return pool.chosen(order, request.drawer.space, record)


def agreeing_first(own: torch.Tensor, least: float) -> list[int]:
    """Order by the probability (N,) of the wanted class: those of at least `least` as they stand, then from the top."""
    return torch.argsort(torch.where(own >= least, 2.0, own), descending=True, stable=True).tolist()
