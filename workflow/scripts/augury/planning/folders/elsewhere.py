"""Folders of real images that are not the study's own: pools."""

from collections.abc import Sequence
from pathlib import Path

from augury.study.config import Config

ALL = "all"  # stands for a class where images have no labels


def sets_of(config: Config, classes: Sequence[str]) -> dict[str, dict[str, Path]]:
    """For each set, by where it lies in the results, its folders: one without labels, or one of each class."""
    return {
        f"pools/{name}": {class_: Path(pool.images) / class_ for class_ in classes}
        if pool.labels == "folders"
        else {ALL: Path(pool.images)}
        for name, pool in config.pools.items()
    }
