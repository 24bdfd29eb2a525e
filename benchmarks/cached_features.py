"""Features of a packaged network for folders of classes, taken once and kept."""

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image

from augury.classifiers import pretrained
from augury.classifiers.evaluation import dihedral_views, in_blocks
from augury.classifiers.timm_zoo import network as timm_zoo
from augury.images.fit import fit_image
from augury.study.images import Preparation

ARCHITECTURE = "tf_efficientnet_lite0"
SIZE_PX = 224


class Cached(NamedTuple):
    """A folder of classes through a frozen network."""

    name: str  # of the folder
    features: np.ndarray  # (N, views, D) float16, what the network's own head would see
    labels: np.ndarray  # (N,)
    specimens: np.ndarray  # (N,) numbers
    classes: tuple[str, ...]


def cached_features(folder: Path, cache: Path, most: int, views: int, specimen: str) -> Cached:
    """Of at most so many images of each class (the first by a fixed shuffle), in so many of the eight views.

    specimen: expression whose first group, of a file's name, names the specimen.
    """
    parts = [part for part in folder.parts if part not in ("images", "train", "/")]
    name = parts[-1]
    path = cache / f"{name}-{ARCHITECTURE}-{most}-{views}.npz"
    if not path.exists():
        images, labels, specimens, classes = _read(folder, most, specimen)
        features = _features(images, views)
        np.savez(path, features=features, labels=labels, specimens=specimens, classes=classes)
        print(f"{name}: {len(labels)} images, {len(classes)} classes", flush=True)
    with np.load(path) as kept:
        return Cached(name, kept["features"], kept["labels"], kept["specimens"], tuple(kept["classes"].tolist()))


def _read(folder: Path, most: int, specimen: str) -> tuple[torch.Tensor, np.ndarray, np.ndarray, list[str]]:
    images, labels, names = [], [], []
    classes = sorted(path.name for path in folder.iterdir() if path.is_dir())
    for label, class_ in enumerate(classes):
        files = sorted(path for path in (folder / class_).iterdir() if path.is_file())
        for index in np.random.default_rng(0).permutation(len(files))[:most]:
            with Image.open(files[index]) as image:
                images.append(fit_image(image.convert("RGB"), SIZE_PX, "rgb", Preparation()))
            match = re.match(specimen, files[index].name)
            labels.append(label)
            names.append(f"{label} {match[1] if match else files[index].name}")
    return torch.from_numpy(np.stack(images)), np.array(labels), np.unique(names, return_inverse=True)[1], classes


def _features(images: torch.Tensor, views: int) -> np.ndarray:
    classifier = timm_zoo.build(ARCHITECTURE, SIZE_PX, channels=3, classes=2)
    pretrained.fill(classifier, ARCHITECTURE, "auto", Path("resources/weights"))
    classifier.eval()

    def look(block: torch.Tensor) -> torch.Tensor:
        seen = [view.contiguous(memory_format=torch.channels_last) for view in dihedral_views(block)[:views]]
        return torch.stack([classifier.features(classifier.normalise(view)) for view in seen], dim=1)

    return in_blocks(images, look, torch.device("cpu")).numpy().astype(np.float16)
