"""Generators of images that are there already, whose files no training makes: copiers and other tools' images."""

import os
from pathlib import Path
from typing import Any

from augury.images.files import list_files
from augury.study.config import Config

FAMILIES = ("copier", "external")

_STATEMENTS = {
    "train": "{name} was trained on the training part of each split alone, as its user says",
    "nothing": "{name} was trained on no image of this study, as its user says",
    "unknown": "what {name} was trained on is not known: it may have seen test images",
    "all": "{name} was trained on test images too, as its user says",
}


def is_imported(settings: Any) -> bool:
    """Whether an entry of `generators` has images instead of a training."""
    return settings["family"] in FAMILIES


def class_folder(settings: Any, split: str, seed: str | int, class_: str) -> Path:
    """Where another tool's images of a class lie."""
    return Path(settings["folder"].replace("{split}", split).replace("{seed}", str(seed))) / class_


def caution(name: str, settings: Any) -> str:
    """What a user says of what another tool was trained on; empty for all other generators."""
    return _STATEMENTS[settings["trained_on"]].format(name=name) if settings["family"] == "external" else ""


def problems(config: Config, classes: list[str], splits: list[str]) -> list[str]:
    """What is wrong with such generators and with arms that draw from them, one sentence each."""
    mistakes = []
    for name, settings in config["generators"].items():
        if settings["family"] == "external":
            mistakes += [f"`generators.{name}{said}" for said in _external(config, settings, classes, splits)]
    for name, arm in config["arms"].items():
        settings = config["generators"].get(arm["generator"])
        if settings and is_imported(settings):
            mistakes += [
                f"`arms.{name}.{key}` has no meaning for {arm['generator']}, whose images are there already; {remedy}"
                for key, wrong, remedy in (
                    ("selection", arm["selection"] != "random", "leave it at random"),
                    ("truncation", arm["truncation"] != 1, "leave it at 1"),
                    ("snapshot", arm["snapshot"] is not None, "leave it out"),
                )
                if wrong
            ]
    return mistakes


def _external(config: Config, settings: dict[str, Any], classes: list[str], splits: list[str]) -> list[str]:
    folder, trained_on, mistakes = settings["folder"], settings["trained_on"], []
    if not folder:
        return [".folder` is empty; name the folder that holds one folder of the other tool's images per class"]
    if trained_on == "train" and len(splits) > 1 and "{split}" not in folder:
        mistakes.append(
            f".trained_on` is train, but `folder` is one for all {len(splits)} splits, and what trained on one split "
            "knows the test images of another; write {split} into `folder`, with a folder for each of "
            f"{', '.join(splits)}, or say `trained_on: all`"
        )
    wanted = settings["classes"] or classes
    seeds = config["generator_seeds"]
    places = {class_folder(settings, split, seed, class_) for split in splits for seed in seeds for class_ in wanted}
    lacking = sorted(str(place) for place in places if not os.path.isdir(place) or not list_files([place]))
    if lacking:
        more = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
        mistakes.append(
            f".folder`: {lacking[0]}{more} holds no image; put the images that the other tool made of each class there"
        )
    return mistakes
