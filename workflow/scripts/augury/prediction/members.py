"""The trained classifiers that an answer is made of: a classifier alone, or those of an ensemble with their weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from augury.classifiers.evaluation import averages_views
from augury.classifiers.model_folder import load_classifier
from augury.classifiers.network import Classifier
from augury.command import script
from augury.ensembles.folders import members_of
from augury.prediction.judging import Judgement, judge
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

    def judge(self, images: np.ndarray) -> Judgement:
        """Probabilities as the network gives them, and features, of uint8 images (N, S, S, C)."""
        return judge(self.classifier, images, self.device, self.dihedral)


@dataclass(frozen=True, slots=True)
class Known:
    """The scores of images that are known to be alike, and how a new image's is made of its members' scores.

    A classifier's score is its own. An ensemble's is the weighted mean of its members', each as a multiple of its
    median over the known images, since distances in the features of two networks have no common scale.
    """

    scores: np.ndarray  # (m,) float32
    scores_of: str  # which images the scores are of: validation or training
    units: np.ndarray  # (M,), what each member's score is divided by

    def combine(self, weights: np.ndarray, scores: np.ndarray) -> np.ndarray:
        """(N,) float32: one score per image of the members' scores (M, N)."""
        if len(weights) == 1:
            return scores[0]
        return np.einsum("m,mn->n", weights / self.units, scores).astype(np.float32)


def load_members(folder: Path, record: dict[str, Any], device: torch.device) -> list[Member]:
    """Those of a classifier's or an ensemble's folder. Raises UserError when a file is missing or broken."""
    made = []
    for own, weight in members_of(folder, record):
        classifier, description = load_classifier(own)
        network = classifier.to(device).to(memory_format=torch.channels_last)
        form = Form(description.size_px, description.channels)
        made.append(Member(network, device, form, averages_views(description.settings), load_reference(own), weight))
    return made


def known_to(members: Sequence[Member]) -> Known:
    """What the members' references say together; no scores where they know different images."""
    references = [member.reference for member in members]
    first, units, weights = references[0], np.ones(len(members)), np.array([member.weight for member in members])
    if len(members) == 1:
        return Known(first.scores, first.scores_of, units)
    # Of one split, in whose order the scores stand.
    alike = {(len(each.scores), each.scores_of) for each in references}
    if len(alike) > 1:
        script.tell("members know different images, so that their scores make no bound")
        return Known(np.zeros(0, np.float32), first.scores_of, units)
    units = np.array([_unit(each.scores) for each in references])
    scores = np.stack([each.scores for each in references])
    return Known(Known(first.scores, first.scores_of, units).combine(weights, scores), first.scores_of, units)


def _unit(scores: np.ndarray) -> float:
    finite = scores[np.isfinite(scores)]
    return float(np.median(finite)) or 1.0 if len(finite) else 1.0
