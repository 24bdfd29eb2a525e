"""A greedy choice of images that are far from the real ones and from each other (Gonzalez 1985, k-centres).

Each next image is the candidate whose distance to the nearest training or chosen image is the largest: a quick way to
variety that a search must beat. It likes outliers, rubbish among them.
"""

import torch

from augury.command.progress import Progress
from augury.selections.candidates import candidates
from augury.selections.request import Chosen, Request


def select(request: Request) -> Chosen:
    """Candidates in the order in which they are chosen, so that the first of a pool are the most various."""
    pool = candidates(request)
    progress = Progress(request.label, len(pool.seeds), "candidates")
    rows: list[torch.Tensor] = []
    if request.settings.measure == "features":
        real, look = request.in_features()
    else:
        real = _pixels(torch.from_numpy(request.real).permute(0, 3, 1, 2)).to(request.drawer.device)
        look = _pixels
    for block in request.drawer.blocks(pool.vectors, pool.noise_seeds):
        rows.append(look(block))
        progress.update(sum(map(len, rows)))
    indices, gaps = farthest(torch.cat(rows), real, request.count)
    return pool.chosen(indices, request.drawer.space, {"first_distance": gaps[0], "last_distance": gaps[-1]})


def _pixels(images: torch.Tensor) -> torch.Tensor:
    return images.flatten(1).float()


def farthest(rows: torch.Tensor, real: torch.Tensor, count: int) -> tuple[list[int], list[float]]:
    """Places of `count` rows (n, d), each the farthest from `real` (N, d) and from those before; and its distance."""
    nearest = torch.cdist(rows, real).min(dim=1).values
    indices, gaps = [], []
    for _ in range(count):
        index = int(nearest.argmax())
        indices.append(index)
        gaps.append(float(nearest[index]))
        nearest = torch.minimum(nearest, torch.cdist(rows, rows[index : index + 1])[:, 0])
        nearest[index] = -1.0
    return indices, gaps
