"""The folder of a trained classifier or of an ensemble, ready to judge images that were never seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from augury.command import script
from augury.command.errors import UserError
from augury.ensembles.folders import record_of
from augury.ensembles.weights import mixture
from augury.metrics import novelty
from augury.metrics.ranks import CLASS, Level, levels
from augury.metrics.temperature import at_temperature
from augury.prediction.members import Known, Member, known_to, load_members
from augury.prediction.preparation import Form, preparation_of
from augury.study.images import Preparation
from augury.tables.taxonomy import read_taxonomy
from augury.training.device import choose_device


@dataclass(frozen=True, slots=True)
class Used:
    """What a folder holds."""

    members: Sequence[Member]  # one of a classifier, more of an ensemble
    classes: Sequence[str]
    preparation: Preparation
    temperature: float
    known: Known

    @property
    def forms(self) -> list[Form]:
        """The forms of images that its networks see, each once."""
        return list(dict.fromkeys(member.form for member in self.members))

    def answer(self, images: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Calibrated probabilities (N, K) and scores (N,) of uint8 images (N, S, S, C), in each of the forms."""
        seen = dict(zip(self.forms, images, strict=True))
        weights, judged = np.array([member.weight for member in self.members]), []
        for member in self.members:
            probabilities, features = member.judge(seen[member.form])
            judged.append((probabilities, member.reference.score(features)))
        stacked = np.stack([probabilities for probabilities, _ in judged])
        mixed = mixture(stacked, weights) if len(judged) > 1 else stacked[0]
        scores = self.known.combine(weights, np.stack([each for _, each in judged]))
        return at_temperature(mixed, self.temperature), scores

    def threshold(self, quantile: float) -> float:
        """The score above which an image is out-of-distribution; logged, with how much it is worth."""
        limit = novelty.threshold(self.known.scores, quantile)
        if not np.isfinite(limit):
            script.tell("no image is called out-of-distribution: too few specimens to say how far apart they are")
        else:
            counted = _counted(self.known, quantile)
            script.tell(f"out-of-distribution: score above {limit:.4g}, quantile {quantile:g} of {counted}")
        return limit

    def levels(self, taxonomy: Path) -> list[Level]:
        """The ranks of a taxonomy, without the classes themselves."""
        return [level for level in levels(read_taxonomy(taxonomy, self.classes), self.classes) if level.rank != CLASS]


def load(folder: Path, device: str, threads: int) -> Used:
    """Read the folder of a classifier or of an ensemble, whose members lie beside it.

    Raises UserError when a file is missing, broken or lacks what use needs.
    """
    record, source = record_of(folder), folder / "classifier.json"
    chosen = choose_device(device, "fp32", threads, bf16_pays_on_cpu=False)
    members = load_members(folder, record, chosen.device)
    return Used(
        members=members,
        classes=record["classes"],
        preparation=preparation_of(record, source),
        temperature=temperature_of(record, source),
        known=known_to(members),
    )


def temperature_of(record: Mapping[str, Any], source: Path) -> float:
    """The temperature that a classifier.json records; logged where not fitted. UserError when it records none."""
    fitted = record.get("calibration")
    if not isinstance(fitted, dict) or "temperature" not in fitted:
        raise UserError(f"{source} records no calibration; run the step that wrote it again")
    if fitted["reason"]:
        script.tell(f"probabilities are not calibrated (temperature 1): {fitted['reason']}")
    else:
        script.tell(f"temperature {fitted['temperature']:.4g}, fitted to {fitted['images']} validation images")
    return float(fitted["temperature"])


def _counted(known: Known, quantile: float) -> str:
    count = int(np.isfinite(known.scores).sum())
    images = {"validation": "validation images", "training": "training images, each as seen from other specimens"}
    few = f"; of so few about one like image in {count + 1} is flagged" if count < 1 / max(1 - quantile, 1e-9) else ""
    return f"{count} {images[known.scores_of]}{few}"
