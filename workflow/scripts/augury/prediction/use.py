"""A trained classifier's folder, ready to judge images that were never seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from augury.classifiers.evaluation import averages_views
from augury.classifiers.model_folder import load_classifier
from augury.classifiers.network import Classifier
from augury.command import script
from augury.command.errors import UserError
from augury.metrics import novelty
from augury.metrics.ranks import CLASS, Level, levels
from augury.prediction.judging import Judgement, judge
from augury.prediction.preparation import preparation_of
from augury.prediction.reference import Reference, load_reference
from augury.study.images import Preparation
from augury.tables.taxonomy import read_taxonomy
from augury.training.device import choose_device


@dataclass(frozen=True, slots=True)
class Used:
    """What a folder holds."""

    classifier: Classifier  # on its device, in evaluation mode
    device: torch.device
    classes: Sequence[str]
    size_px: int
    channels: int
    preparation: Preparation
    temperature: float
    reference: Reference
    dihedral: bool  # whether probabilities are averages over flips and quarter turns

    def judge(self, images: np.ndarray) -> Judgement:
        """Probabilities as the network gives them, and features, of uint8 images (N, S, S, C)."""
        return judge(self.classifier, images, self.device, self.dihedral)

    def threshold(self, quantile: float) -> float:
        """The score above which an image is out-of-distribution; logged, with how much it is worth."""
        limit, known = novelty.threshold(self.reference.scores, quantile), self.reference
        if not np.isfinite(limit):
            script.tell("no image is called out-of-distribution: too few specimens to say how far apart they are")
        else:
            script.tell(
                f"out-of-distribution: score above {limit:.4g}, quantile {quantile:g} of {_counted(known, quantile)}"
            )
        return limit

    def levels(self, taxonomy: Path) -> list[Level]:
        """The ranks of a taxonomy, without the classes themselves."""
        return [level for level in levels(read_taxonomy(taxonomy, self.classes), self.classes) if level.rank != CLASS]


def load(folder: Path, device: str, threads: int) -> Used:
    """Read a classifier's folder. Raises UserError when a file is missing, broken or lacks what use needs."""
    classifier, description = load_classifier(folder)
    chosen = choose_device(device, "fp32", threads, bf16_pays_on_cpu=False)
    return Used(
        classifier=classifier.to(chosen.device).to(memory_format=torch.channels_last),
        device=chosen.device,
        classes=description.classes,
        size_px=description.size_px,
        channels=description.channels,
        preparation=preparation_of(description.record, folder / "classifier.json"),
        temperature=temperature_of(description.record, folder / "classifier.json"),
        reference=load_reference(folder),
        dihedral=averages_views(description.settings),
    )


def temperature_of(record: Mapping[str, Any], source: Path) -> float:
    """The temperature that a classifier.json records; logged where not fitted. UserError when it records none."""
    fitted = record.get("calibration")
    if not isinstance(fitted, dict) or "temperature" not in fitted:
        raise UserError(f"{source} records no calibration; train the classifier again")
    if fitted["reason"]:
        script.tell(f"probabilities are not calibrated (temperature 1): {fitted['reason']}")
    else:
        script.tell(f"temperature {fitted['temperature']:.4g}, fitted to {fitted['images']} validation images")
    return float(fitted["temperature"])


def _counted(reference: Reference, quantile: float) -> str:
    count = int(np.isfinite(reference.scores).sum())
    images = {"validation": "validation images", "training": "training images, each as seen from other specimens"}
    few = f"; of so few about one like image in {count + 1} is flagged" if count < 1 / max(1 - quantile, 1e-9) else ""
    return f"{count} {images[reference.scores_of]}{few}"
