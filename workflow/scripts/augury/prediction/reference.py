"""What is kept with a classifier so that it can be used anywhere: features of training images, and a temperature.

reference.safetensors holds `features` (n, d) float16, those of the real training images, and `scores` (m,) float32, the
novelty of images known to be alike: the validation part's, or, where there is none, each training specimen's as seen
from the others.
"""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from augury.classifiers.arm_data import ArmData
from augury.classifiers.description import Description
from augury.classifiers.evaluation import averages_views
from augury.classifiers.network import Classifier
from augury.command.errors import UserError
from augury.command.files import atomic
from augury.command.seals import check, write_tensors
from augury.images.mapped_arrays import gathered
from augury.metrics.novelty import NEIGHBOURS, own_scores, scores
from augury.metrics.temperature import fit_temperature
from augury.prediction.judging import judge
from augury.training.randomness import generator_of

FILE = "reference.safetensors"
MOST_IMAGES = 10_000  # of which features are kept: 26 MB at 1280 features
_BLOCK = 256
_ABOUT = "about"


@dataclasses.dataclass(frozen=True, slots=True)
class Reference:
    """The content of the file."""

    features: np.ndarray  # (n, d) float32 of unit length
    scores: np.ndarray  # (m,) float32
    scores_of: str  # which images the scores are of: validation or training
    neighbours: int  # k of the scores

    def score(self, features: np.ndarray) -> np.ndarray:
        """(N,) float32, novelty of features (N, d) of unit length."""
        return scores(features, self.features, self.neighbours).astype(np.float32)


def keep_for_use(
    folder: Path, classifier: Classifier, description: Description, data: ArmData, device: torch.device
) -> dict[str, Any]:
    """Write the reference, and return what classifier.json says of it and of the temperature.

    The temperature is fitted to the validation part, by the probabilities that predictions.tsv holds.
    """
    dihedral = averages_views(description.settings)
    indices, specimens = _reference_indices(description, data)
    kept = _features(classifier, data.train.images, indices, device)
    probabilities = np.zeros((0, len(description.classes)))
    if len(data.validation.labels):
        probabilities_read: list[np.ndarray] = []
        judged = _judged(classifier, data.validation.images, device, dihedral, probabilities_read)
        features = gathered(judged, len(data.validation.images))
        probabilities = np.concatenate(probabilities_read)
        known, scores_of = scores(features, kept), "validation"
    else:
        known, scores_of = own_scores(kept, specimens), "training"
    fitted = fit_temperature(probabilities, data.validation.labels)
    _write(folder / FILE, Reference(kept, known.astype(np.float32), scores_of, NEIGHBOURS))
    reference = {"images": len(kept), "features": kept.shape[1], "scores": len(known), "scores_of": scores_of}
    return {"calibration": dataclasses.asdict(fitted), "reference": reference}


def load_reference(folder: str | Path) -> Reference:
    """The reference of a classifier's folder. Raises UserError when it is missing or broken."""
    path = Path(folder) / FILE
    if not path.exists():
        raise UserError(f"{path} is missing; train the classifier again, or copy all of its folder")
    check(path, "train the classifier again, or copy its folder again")
    try:
        with safe_open(path, "numpy") as file:
            about = json.loads((file.metadata() or {}).get(_ABOUT, "{}"))
            features, known = (file.get_tensor(name).astype(np.float32) for name in ("features", "scores"))
        return Reference(features, known, about["scores_of"], about["neighbours"])
    except (SafetensorError, KeyError, ValueError) as error:
        raise UserError(f"{path} cannot be read ({error}); train the classifier again") from None


def _write(path: Path, reference: Reference) -> None:
    tensors = {"features": reference.features.astype(np.float16), "scores": reference.scores}
    about = {"scores_of": reference.scores_of, "neighbours": reference.neighbours}
    with atomic(path) as temporary:
        write_tensors(temporary, save(tensors, metadata={_ABOUT: json.dumps(about, sort_keys=True)}))


def _judged(
    classifier: Classifier, images: np.ndarray, device: torch.device, dihedral: bool, collected: list[np.ndarray]
) -> Iterator[np.ndarray]:
    # Features block by block; `collected` takes the probabilities.
    for start in range(0, len(images), _BLOCK):
        probabilities, features = judge(classifier, images[start : start + _BLOCK], device, dihedral)
        collected.append(probabilities)
        yield features


def _reference_indices(description: Description, data: ArmData) -> tuple[np.ndarray, np.ndarray]:
    indices, specimens = data.known_images(description)
    if len(indices) > MOST_IMAGES:
        chosen = torch.randperm(len(indices), generator=generator_of("reference"))[:MOST_IMAGES].sort().values.tolist()
        indices, specimens = indices[chosen], specimens[chosen]
    return indices, specimens


def _features(classifier: Classifier, images: np.ndarray, indices: np.ndarray, device: torch.device) -> np.ndarray:
    made = [
        judge(classifier, images[indices[start : start + _BLOCK]], device, dihedral=False).features
        for start in range(0, len(indices), _BLOCK)
    ]
    # As they will be read again, so that scores of the validation part and of new images are made by the same numbers.
    return np.concatenate(made).astype(np.float16).astype(np.float32)
