"""The folder of a trained classifier or of an ensemble, ready to judge images that were never seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from augury.command import script
from augury.ensembles.folders import record_of
from augury.ensembles.weights import mixture
from augury.metrics.ranks import CLASS, Level, levels
from augury.metrics.temperature import at_temperature
from augury.prediction.calibration import Calibration, calibration_of
from augury.prediction.members import Member, load_members
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
    calibration: Calibration

    @property
    def temperature(self) -> float:
        """By which logits are divided."""
        return self.calibration.temperature

    @property
    def forms(self) -> list[Form]:
        """The forms of images that its networks see, each once."""
        return list(dict.fromkeys(member.form for member in self.members))

    def answer(self, images: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Calibrated probabilities (N, K) and scores (N,) of uint8 images (N, S, S, C), in each of the forms.

        An ensemble's score is the weighted mean of its members'.
        """
        seen = dict(zip(self.forms, images, strict=True))
        weights = np.array([member.weight for member in self.members])
        judged = [member.judge(seen[member.form]) for member in self.members]
        stacked = np.stack([probabilities for probabilities, _ in judged])
        mixed = mixture(stacked, weights) if len(judged) > 1 else stacked[0]
        scores = np.einsum("m,mn->n", weights, np.stack([each for _, each in judged]))
        return at_temperature(mixed, self.temperature), scores

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
    calibration = calibration_of(record, source)
    if calibration.reason:
        script.tell(f"probabilities are not calibrated (temperature 1): {calibration.reason}")
    else:
        script.tell(f"temperature {calibration.temperature:.4g}, fitted to {calibration.images} validation images")
    return Used(
        members=members,
        classes=record["classes"],
        preparation=preparation_of(record, source),
        calibration=calibration,
    )
