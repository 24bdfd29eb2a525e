"""What is wrong with pools of real images, and with what is retrieved from them, reported before anything runs."""

import os
from collections.abc import Sequence
from pathlib import Path

from augury.command.errors import UserError
from augury.generators.family import PooledSettings
from augury.images.clutter import may_be_image
from augury.images.files import list_files
from augury.planning.folders.elsewhere import ALL, sets_of
from augury.planning.folders.image_folder import brief, no_folder
from augury.study.config import Config


def pool_problems(config: Config, classes: Sequence[str]) -> list[str]:
    """A sentence for each pool without images, or that holds the study's own, and each name that there is not."""
    problems = []
    for name, pool in config.pools.items():
        key = f"`pools.{name}.images` is {brief(pool.images)}"
        if not os.path.isdir(pool.images):
            problems.append(f"{key}, {no_folder(pool.images)}; name the folder of the pool's images")
        elif _overlap(pool.images, config.images):
            problems.append(
                f"{key}, and `images` is {brief(config.images)}: one lies in the other, and a pool holds no image of "
                "the study; put it beside"
            )
        else:
            folders = sets_of(config, classes)[f"pools/{name}"]
            empty = [class_ for class_, folder in folders.items() if not _has_images(folder, config.exclude)]
            if empty == [ALL]:
                problems.append(f"{key}, which holds no image; put images there or mend the path")
            elif empty:
                problems.append(
                    f"{key}, which has no images in a folder {', '.join(empty)}; `labels: folders` needs one of each "
                    "class, and `labels: none` needs none"
                )
    for name, settings in config.generators.items():
        if isinstance(settings, PooledSettings):
            problems += [f"`generators.{name}.{each}" for each in _generator_problems(settings, config)]
    return problems


def _generator_problems(settings: PooledSettings, config: Config) -> list[str]:
    problems = []
    if settings.pool not in config.pools:
        known, named = ", ".join(config.pools) or "none", settings.pool or "empty"
        problems.append(f"pool` is {named}, and `pools` has {known}; name one of these")
    wanted, extractors = getattr(settings, "extractor", None), config.extractors
    if not extractors:
        problems.append("extractor` needs a network that says what is near; name one in the study's `extractor`")
    elif wanted not in (None, *extractors):
        problems.append(
            f"extractor` is {wanted}, which the study's `extractor` does not have (it has {', '.join(extractors)}); "
            "add it there, or leave this one out"
        )
    return problems


def _has_images(folder: Path, exclude: Sequence[str]) -> bool:
    try:
        return any(map(may_be_image, list_files([folder], exclude)))
    except UserError:
        return False


def _overlap(one: str, other: str) -> bool:
    real = [os.path.realpath(one), os.path.realpath(other)]
    return os.path.commonpath(real) in real
