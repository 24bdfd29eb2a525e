"""What is kept with a classifier so that it can be used anywhere: where its training images lie, and a calibration.

reference.safetensors holds Gaussians of the real training images' features (metrics.novelty): `means` (K, d),
`directions` (r, d) and `variances` (r,) float32, and the variance in all other directions. What the validation part
says of probabilities and scores lies in classifier.json (prediction.calibration).
"""

import dataclasses
import json
from collections.abc import Iterator, Mapping
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
from augury.metrics.novelty import Gaussians, Scales, fit_gaussians, scales_of
from augury.prediction.calibration import calibrate, kept_of
from augury.prediction.judging import Judgement, judge
from augury.splits.identity import specimen_key
from augury.training.randomness import generator_of

FILE = "reference.safetensors"
MOST_IMAGES = 5_000  # that the Gaussians are of
_BLOCK = 256
_ABOUT = "about"


@dataclasses.dataclass(frozen=True, slots=True)
class Reference:
    """By which new images are scored."""

    gaussians: Gaussians
    scales: Scales | None  # None where no image was kept apart

    def score(self, judged: Judgement) -> np.ndarray:
        """(N,) how unlike the training images; not a number without scales."""
        if self.scales is None:
            return np.full(len(judged.features), np.nan)
        return self.scales.score(self.gaussians.distances(judged.features), judged.probabilities.max(axis=1))


def keep_for_use(
    folder: Path,
    classifier: Classifier,
    description: Description,
    data: ArmData,
    device: torch.device,
    scales: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Write the reference, and return what classifier.json says of it and of the calibration.

    Both are made from the validation part. scales: of other trainings by the same recipe, where nothing is kept apart.
    """
    indices = _reference_indices(description, data)
    blocks = _blocks(data.train.images, indices)
    features = np.concatenate([judge(classifier, block, device, dihedral=False).features for block in blocks])
    gaussians = fit_gaussians(features, data.train.labels[indices]).rounded()
    _write(folder / FILE, gaussians)
    part, probabilities, scored = data.validation, np.zeros((0, len(description.classes))), np.zeros(0)
    judged_by = kept_of(len(part.labels))
    own = Scales(**scales) if scales else None
    if len(judged_by):
        dihedral = averages_views(description.settings, classifier)
        shown = (judge(classifier, block, device, dihedral) for block in _blocks(part.images, judged_by))
        seen = [(each.probabilities, gaussians.distances(each.features)) for each in shown]
        probabilities, distances = (np.concatenate(each) for each in zip(*seen, strict=True))
        own = scales_of(distances, probabilities.max(axis=1))
        scored = own.score(distances, probabilities.max(axis=1))
    specimens = [specimen_key(part.rows[index].class_, part.rows[index].specimen) for index in judged_by]
    calibration = calibrate(probabilities, part.labels[judged_by], specimens, scored)
    kept = {"images": len(features), "features": features.shape[1]}
    return {
        "calibration": calibration.record(),
        "reference": kept | {"scales": dataclasses.asdict(own) if own else None},
    }


def load_reference(folder: str | Path, record: Mapping[str, Any]) -> Reference:
    """The reference of a classifier's folder, whose classifier.json is given. UserError when missing or broken."""
    path = Path(folder) / FILE
    if not path.exists():
        raise UserError(f"{path} is missing; train the classifier again, or copy all of its folder")
    check(path, "train the classifier again, or copy its folder again")
    try:
        with safe_open(path, "numpy") as file:
            floor = json.loads((file.metadata() or {}).get(_ABOUT, "{}"))["floor"]
            means, directions, variances = (file.get_tensor(name) for name in ("means", "directions", "variances"))
        scales = record["reference"]["scales"]
        return Reference(Gaussians(means, directions, variances, floor), Scales(**scales) if scales else None)
    except (KeyError, TypeError):
        raise UserError(f"{path} was written by another version of augury; train the classifier again") from None
    except (SafetensorError, ValueError) as error:
        raise UserError(f"{path} cannot be read ({error}); train the classifier again") from None


def _write(path: Path, gaussians: Gaussians) -> None:
    tensors = {name: getattr(gaussians, name) for name in ("means", "directions", "variances")}
    with atomic(path) as temporary:
        write_tensors(temporary, save(tensors, metadata={_ABOUT: json.dumps({"floor": gaussians.floor})}))


def _blocks(images: np.ndarray, indices: np.ndarray) -> Iterator[np.ndarray]:
    return (images[indices[start : start + _BLOCK]] for start in range(0, len(indices), _BLOCK))


def _reference_indices(description: Description, data: ArmData) -> np.ndarray:
    indices, _ = data.known_images(description)
    if len(indices) > MOST_IMAGES:
        chosen = torch.randperm(len(indices), generator=generator_of("reference"))[:MOST_IMAGES].sort().values.tolist()
        indices = indices[chosen]
    return indices
