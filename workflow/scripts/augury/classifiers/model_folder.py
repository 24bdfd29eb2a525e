"""The folder of a trained classifier: what a run writes there, and how it is read back."""

import importlib
import itertools
import types
from pathlib import Path
from typing import Any

import numpy as np
import torch

from augury.classifiers.arm_data import ArmData
from augury.classifiers.description import Description, read
from augury.classifiers.evaluation import averages_views, probabilities_of
from augury.classifiers.family import ClassifierSettings
from augury.classifiers.network import Classifier, size_of
from augury.images.mapped_arrays import blocks, gathered
from augury.store.feature_cache import FeatureCache
from augury.store.shelf import Shelf
from augury.tables.description import check_seal, save_description, seals_of
from augury.tables.predictions import write_predictions
from augury.tables.table import write_dicts
from augury.training.weights import load_weights, save_weights

HISTORY = ("epoch", "step", "learning_rate", "loss_train", "accuracy_train", "loss_validation", "accuracy_validation")


def family_module(name: str) -> types.ModuleType:
    """The networks of a family of classifiers."""
    return importlib.import_module(f"augury.classifiers.{name}.network")


def start(
    family: types.ModuleType,
    classifier: Classifier,
    settings: ClassifierSettings,
    weights: Path,
    shelf: Shelf | None,
    device: torch.device,
) -> tuple[dict[str, str] | None, FeatureCache | None]:
    """Fill a network with pretrained weights, where its family has them; where they stay, a store keeps what it sees.

    weights: the folder of files named after architectures. device: what it sees on a GPU is not kept, and others that
    would see the same do not wait for it. Returns {source, sha256} of the weights, and the cache.
    """
    fill, remember = (getattr(family, name, None) for name in ("start_from_pretrained", "remember"))
    pretrained = fill(classifier, settings, weights) if fill else None
    if not (remember and pretrained and shelf and device.type == "cpu"):
        return pretrained, None
    return pretrained, remember(classifier, settings, pretrained, shelf)


def results_of(task: Any, classifier: Classifier, data: ArmData, best: int, seconds: float) -> dict[str, Any]:
    """What classifier.json says of any training that has ended. best: the epoch that is kept."""
    return {
        "best_epoch": best,
        "leaked": bool(data.leaked),
        "n_train": data.totals(),
        "seconds": round(seconds, 3),
        "images_per_second": round(task.images_seen() / seconds, 3),
        **size_of(classifier),
        "steps": task.steps,
        "epochs": task.epochs,
        "normalisation": classifier.describe_input(),
    }


def save_classifier(
    folder: Path, classifier: Classifier, record: dict[str, Any], history: list[dict[str, Any]]
) -> None:
    """Write classifier.safetensors, history.tsv and, last, classifier.json, which holds the record."""
    save_weights(folder / "classifier.safetensors", classifier)
    write_dicts(folder / "history.tsv", HISTORY, history)
    save_description(folder / "classifier.json", record | seals_of(folder, "*.safetensors", "predictions.tsv"))


def load_classifier(folder: str | Path) -> tuple[Classifier, Description]:
    """The classifier of a folder, ready for use on the CPU, with its description; UserError without one."""
    description = read(Path(folder) / "classifier.json")
    settings = description.settings
    classifier = family_module(settings.family).build_classifier(settings, len(description.classes))
    check_seal(Path(folder) / "classifier.safetensors", description.record)
    load_weights(Path(folder) / "classifier.safetensors", classifier)
    return classifier.eval().requires_grad_(False).folded(settings), description


def predict_parts(
    path: Path, classifier: Classifier, description: Description, data: ArmData, device: torch.device
) -> None:
    """Write predictions.tsv: validation rows, then test rows, each by class and in the order of its split."""
    classes, rows = description.classes, data.validation.rows + data.test.rows
    images = gathered(itertools.chain(blocks(data.validation.images), blocks(data.test.images)), len(rows))
    probabilities = np.zeros((0, len(classes)))
    if len(images):
        dihedral = averages_views(description.settings, classifier)
        probabilities = probabilities_of(classifier, torch.from_numpy(images), device, dihedral).numpy()
    write_predictions(
        path,
        sha256=[row.sha256 for row in rows],
        paths=[row.path for row in rows],
        specimens=[row.specimen for row in rows],
        parts=[row.part for row in rows],
        labels=[*data.validation.labels.tolist(), *data.test.labels.tolist()],
        classes=classes,
        probabilities=probabilities,
    )
