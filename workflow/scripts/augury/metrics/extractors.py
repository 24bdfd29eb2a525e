"""Networks whose pooled features statistics of image sets are made of.

An extractor is named after timm's architecture, and takes the weights that classifiers start from: a file in
resources/weights, or an installed package that carries them. A distance in its features is named after it.
"""

import dataclasses
from pathlib import Path

import numpy as np
import torch

from augury.classifiers import timm_zoo
from augury.classifiers.evaluation import BLOCK, in_blocks
from augury.command.progress import Progress
from augury.images.arrays import resize_square

DEFAULT = "tf_efficientnet_lite0"
SIZE_PX = 224
_CHUNK = 16 * BLOCK  # images that are enlarged at a time


@dataclasses.dataclass(frozen=True)
class Extractor:
    """A network in evaluation mode, and what its weights are."""

    name: str
    network: timm_zoo.ZooClassifier
    source: dict[str, str]  # source and sha256 of the weights
    size_px: int = SIZE_PX


def load_extractor(name: str, weights: Path) -> Extractor:
    """The extractor of that name. Raises UserError when timm does not know it or its weights are not here."""
    settings = {"architecture": name, "dropout": 0.0, "pretrained": True}
    # Features come before the head, which is never run: two classes stand in for any.
    description = {"size_px": SIZE_PX, "channels": 3, "classes": ["a", "b"], "settings": settings}
    network = timm_zoo.build_classifier(description)
    source = timm_zoo.start_from_pretrained(network, description, weights)
    return Extractor(name, network.to(memory_format=torch.channels_last).eval(), source)


def extract(extractor: Extractor, images: np.ndarray, device: torch.device, label: str = "features") -> np.ndarray:
    """Features (n, d) float32 of uint8 images (n, H, H, C), grey or RGB.

    fp32, in blocks of one size: an image's features are the same to the bit in whatever set it stands (on one device
    and number of threads).
    """
    network = extractor.network.to(device)
    progress = Progress(label, len(images), "images")
    made = [np.zeros((0, network.network.num_features), np.float32)]
    for start in range(0, len(images), _CHUNK):
        enlarged = resize_square(np.asarray(images[start : start + _CHUNK]), extractor.size_px, 3)
        made.append(in_blocks(torch.from_numpy(enlarged), network.features, device).numpy())
        progress.update(min(start + _CHUNK, len(images)))
    return np.concatenate(made)
