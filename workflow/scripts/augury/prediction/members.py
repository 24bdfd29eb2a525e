"""The trained classifiers that an answer is made of: a classifier alone, or those of an ensemble with their weights."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from augury.classifiers.evaluation import averages_views
from augury.classifiers.model_folder import load_classifier
from augury.classifiers.network import Classifier
from augury.ensembles.folders import members_of
from augury.prediction.judging import judge
from augury.prediction.preparation import Form
from augury.prediction.reference import Reference, load_reference


@dataclass(frozen=True, slots=True)
class Member:
    """A trained classifier and how much it counts."""

    classifier: Classifier  # on its device, in evaluation mode
    device: torch.device
    form: Form  # of the images that it sees
    dihedral: bool  # whether probabilities are averages over flips and quarter turns
    reference: Reference
    weight: float  # of all members' they sum to 1

    def judge(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Probabilities (N, K) as the network gives them, and scores (N,), of uint8 images (N, S, S, C)."""
        judged = judge(self.classifier, images, self.device, self.dihedral)
        return judged.probabilities, self.reference.score(judged)


def load_members(folder: Path, record: dict[str, Any], device: torch.device) -> list[Member]:
    """Those of a classifier's or an ensemble's folder. Raises UserError when a file is missing or broken."""
    made = []
    for own, weight in members_of(folder, record):
        classifier, description = load_classifier(own)
        network = classifier.to(device).to(memory_format=torch.channels_last)
        form = Form(description.size_px, description.channels)
        reference = load_reference(own, description.record)
        made.append(Member(network, device, form, averages_views(description.settings, classifier), reference, weight))
    return made
