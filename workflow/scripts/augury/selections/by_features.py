"""What selections by features need: those of the training images, and a way to have those of any other.

Imported by its name, by selections whose settings ask for it: others do not depend on the extractor's code.
"""

from collections.abc import Callable
from pathlib import Path

import torch

from augury.classifiers.sources import FOLDER, files_read
from augury.scores.extractors import features_of, load_extractor
from augury.scores.features import training_features
from augury.scores.inception import weights_path
from augury.scores.naming import INCEPTION


def weights_read(extractor: str) -> list[Path]:
    """The files of the extractor's weights."""
    if extractor == INCEPTION:
        return [weights_path(FOLDER)]
    return files_read([extractor], True, FOLDER)


def load(
    extractor: str, features: Path, rows: Path, split_table: Path, device: torch.device
) -> tuple[torch.Tensor, Callable[[torch.Tensor], torch.Tensor]]:
    """Features (N, d) of the training images, and a function from images (n, C, H, W) uint8 to theirs, (n, d).

    features: of all images of the pack whose rows are given; those of other parts than the training part are left out.
    """
    network = load_extractor(extractor, FOLDER)
    real = torch.from_numpy(training_features(features, rows, split_table).values).to(device)

    def extract(images: torch.Tensor) -> torch.Tensor:
        made = features_of(network, images.permute(0, 2, 3, 1).cpu().numpy(), device)
        return torch.from_numpy(made).to(device)

    return real, extract
