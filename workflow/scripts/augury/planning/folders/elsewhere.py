"""Folders of real images that are not the study's own: pools, and other test sets."""

import os
from collections.abc import Sequence
from pathlib import Path

from augury.images.clutter import is_clutter, may_be_image
from augury.images.files import is_excluded, list_files
from augury.study.config import Config

ALL = "all"  # stands for a class where images have no labels


def sets_of(config: Config, classes: Sequence[str]) -> dict[str, dict[str, Path]]:
    """For each set, by where it lies in the results, its folders: one without labels, or one of each class.

    A test set has those of the classes that it has images of.
    """
    sets = {
        f"pools/{name}": {class_: Path(pool.images) / class_ for class_ in classes}
        if pool.labels == "folders"
        else {ALL: Path(pool.images)}
        for name, pool in config.pools.items()
    }
    for name, folder in config.tests.items():
        there = {path.name: path for path in class_folders(folder, config.exclude)}
        sets[f"tests/{name}"] = {class_: there[class_] for class_ in classes if class_ in there}
    return sets


def class_folders(folder: str, exclude: Sequence[str]) -> list[Path]:
    """The folders directly below a folder that have an image, sorted by name; none where it cannot be listed."""
    try:
        paths = sorted(Path(folder).iterdir(), key=os.fsencode)
    except OSError:
        return []
    return [
        path
        for path in paths
        if path.is_dir()
        and not is_clutter(path.name, True)
        and not is_excluded(path.name, exclude)
        and any(map(may_be_image, list_files([path], exclude)))
    ]
