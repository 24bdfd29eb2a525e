"""What is explained: a classifier, or the members of an ensemble, each with the images as it sees them."""

from collections.abc import Sequence

import numpy as np
import torch

from augury.classifiers.evaluation import in_blocks
from augury.classifiers.model_folder import load_classifier
from augury.ensembles.folders import Weighted
from augury.explain.data import Points, Sources, gather
from augury.explain.grad_cam import Looking
from augury.metrics.novelty import unit_length
from augury.tables.predictions import Predictions


def look(
    folders: Sequence[Weighted],
    predictions: Predictions,
    sources: Sources,
    part: str,
    most: int,
    wanted: Sequence[str],
    device: torch.device,
) -> tuple[list[Looking], Points, np.ndarray]:
    """The classifiers with the wanted images, the points of a map (explain.data), and features (N, D) of these.

    An ensemble's features are its members', each of unit length and weighed so that squared distances are the weighted
    means of theirs.
    """
    looking, features = [], []
    for folder, weight in folders:
        classifier, description = load_classifier(folder)
        points, shown = gather(description, predictions, sources, part, most, wanted)
        classifier = classifier.to(device)
        seen = in_blocks(torch.from_numpy(points.images), classifier.features, device).numpy()
        features.append(seen if len(folders) == 1 else np.float32(weight**0.5) * unit_length(seen))
        looking.append(Looking(classifier, weight, shown))
    return looking, points, np.concatenate(features, axis=1)
