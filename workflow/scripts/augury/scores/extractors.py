"""Networks whose pooled features statistics of image sets are made of.

An extractor is Inception-v3 as FID is defined with it (inception_v3_fid), or a network of timm's by its name there,
with the weights that classifiers start from: a file in resources/weights, or an installed package that carries them.
"""

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from augury.classifiers import folding, pretrained
from augury.classifiers.evaluation import BLOCK, in_blocks
from augury.classifiers.timm_zoo import network as timm_zoo
from augury.command.errors import UserError
from augury.command.progress import Progress
from augury.images.arrays import resize_square
from augury.scores import inception
from augury.scores.naming import INCEPTION, recorded_name

DEFAULT = "tf_efficientnet_lite0"
SIZE_PX = 224
CHUNK = 16 * BLOCK  # images that are enlarged at a time


@dataclass(frozen=True)
class Extractor:
    """A network in evaluation mode, and what its weights are."""

    name: str
    network: nn.Module
    source: dict[str, str]  # source and sha256 of the weights
    size_px: int = SIZE_PX

    @property
    def recorded(self) -> str:
        """The name that tables record: it tells weights that are not those that the name promises."""
        return recorded_name(self.name, self.source["sha256"])

    @property
    def origin(self) -> str:
        """Where the weights come from, for logs."""
        return f"{self.source['source']}, sha256 {self.source['sha256']}"


def load_extractor(name: str, weights: Path) -> Extractor:
    """The extractor of that name; weights: a folder to look in, or the file itself.

    Raises UserError when timm does not know the name or the weights are not here.
    """
    if name == INCEPTION:
        network, source = inception.load_inception(weights)
        network = folding.folded(network, inception.pooled, (3, inception.SIDE_PX, inception.SIDE_PX))
        return Extractor(name, network.to(memory_format=torch.channels_last), source)
    # Features come before the head, which is never run: two classes stand in for any.
    network = timm_zoo.build(name, SIZE_PX, channels=3, classes=2)
    source = pretrained.fill(network, name, str(weights) if weights.is_file() else True, weights) or {}
    network = folding.folded(network, timm_zoo.ZooClassifier.features, (3, SIZE_PX, SIZE_PX))
    return Extractor(name, network.to(memory_format=torch.channels_last).eval(), source)


@functools.cache
def loaded_extractor(name: str, weights: Path) -> Extractor:
    """The same, once for all classes of a process."""
    return load_extractor(name, weights)


def extract(extractor: Extractor, images: np.ndarray, device: torch.device, label: str = "features") -> np.ndarray:
    """Features (n, d) float32 of uint8 images (n, H, H, C), grey or RGB, with its progress logged.

    fp32, in blocks of one size: an image's features are the same to the bit in whatever set it stands (on one device
    and number of threads).
    """
    progress = Progress(label, len(images), "images")
    made = [features_of(extractor, np.asarray(images[:0]), device)]
    for start in range(0, len(images), CHUNK):
        made.append(features_of(extractor, np.asarray(images[start : start + CHUNK]), device))
        progress.update(min(start + CHUNK, len(images)))
    return np.concatenate(made)


def features_of(extractor: Extractor, images: np.ndarray, device: torch.device) -> np.ndarray:
    """The same for the few images that are held at a time. Raises UserError when a feature is not finite."""
    network = extractor.network.to(device)
    if not isinstance(network, timm_zoo.ZooClassifier):
        made = inception.inception_features(network, images, device)
    elif len(images):
        enlarged = torch.from_numpy(resize_square(images, extractor.size_px, 3))
        made = in_blocks(enlarged, network.features, device).numpy()
    else:
        made = np.zeros((0, network.network.num_features), np.float32)
    if not np.isfinite(made).all():
        raise UserError(f"features are not finite; the weights are damaged ({extractor.origin}), put them there again")
    return made
