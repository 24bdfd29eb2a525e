"""Probabilities of images together with what the classifier's last layer saw of them."""

from typing import NamedTuple

import numpy as np
import torch

from augury.classifiers.evaluation import probabilities_of
from augury.classifiers.network import Classifier
from augury.metrics.novelty import unit_length

_VIEWS = 8  # of an image, where probabilities are averages over flips and quarter turns


class Judgement(NamedTuple):
    """What a classifier makes of N images."""

    probabilities: np.ndarray  # (N, K) float32, as in predictions.tsv
    features: np.ndarray  # (N, D) float32 of unit length


def judge(classifier: Classifier, images: np.ndarray, device: torch.device, dihedral: bool) -> Judgement:
    """Judge uint8 images (N, S, S, C), N at least 1, in one pass; features are those of the image as it stands.

    dihedral: whether probabilities are averages over the eight flips and quarter turns.
    """
    seen: list[torch.Tensor] = []
    handle = classifier.head.register_forward_pre_hook(
        lambda module, inputs: seen.append(inputs[0].flatten(1).float().cpu())
    )
    try:
        probabilities = probabilities_of(classifier, torch.from_numpy(images), device, dihedral)
    finally:
        handle.remove()
    # The last block is padded, and the first view of each block is the image as it stands.
    features = torch.cat(seen[:: _VIEWS if dihedral else 1])[: len(images)]
    return Judgement(probabilities.numpy(), unit_length(features.numpy()))
