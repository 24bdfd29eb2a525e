"""What is wrong with images from elsewhere, pools and other test sets, reported before anything runs."""

import os
from collections.abc import Sequence
from pathlib import Path

from augury.command.errors import UserError
from augury.generators.family import PooledSettings, TrainedSettings
from augury.images.clutter import may_be_image
from augury.images.files import list_files
from augury.planning.folders.class_names import same_but_form
from augury.planning.folders.elsewhere import ALL, class_folders, sets_of
from augury.planning.folders.image_folder import brief, no_folder
from augury.settings.generation import trained_pool
from augury.study.config import Config


def elsewhere_problems(config: Config, classes: Sequence[str]) -> list[str]:
    """Everything that is wrong with pools and other test sets, one sentence each."""
    return _pool_problems(config, classes) + _trained_problems(config) + _test_problems(config, classes)


def _test_problems(config: Config, classes: Sequence[str]) -> list[str]:
    problems = []
    for name, folder in config.tests.items():
        key, own = f"`tests.{name}` is {brief(folder)}", {"images": config.images}
        own |= {f"pools.{other}.images": pool.images for other, pool in config.pools.items()}
        inside = [f"`{other}` is {brief(path)}" for other, path in own.items() if _overlap(folder, path)]
        there = [path.name for path in class_folders(folder, config.exclude)] if os.path.isdir(folder) else []
        unknown = [each for each in there if each not in classes]
        if not os.path.isdir(folder):
            problems.append(f"{key}, {no_folder(folder)}; name the folder that holds one folder of images per class")
        elif inside:
            problems.append(
                f"{key}, and {inside[0]}: one lies in the other, and what classifiers are tested on is trained on "
                "nowhere; put it beside"
            )
        elif unknown:
            alike = [f"{each} for {class_}?" for each in unknown for class_ in classes if same_but_form(each, class_)]
            problems.append(
                f"{key}, with a folder {', '.join(unknown)} that is no class of the study; rename it as the class is "
                f"called ({', '.join(classes)}), or leave it out with `exclude`{f' ({alike[0]})' if alike else ''}"
            )
        elif not there:
            problems.append(f"{key}, which has no images in a folder of a class; it needs one, such as {classes[0]}")
        if name in config.corruptions:
            problems.append(f"`tests.{name}` has the name of one of the `corruptions`; give it another")
    problems += [
        f"`{key}` needs classifiers that are tested; name some in `classifiers`, or leave it empty"
        for key in ("tests", "corruptions")
        if getattr(config, key) and not config.classifiers
    ]
    return problems


def _pool_problems(config: Config, classes: Sequence[str]) -> list[str]:
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


def _trained_problems(config: Config) -> list[str]:
    # Of generators that are trained on a pool, for others to begin with.
    problems = []
    for name, settings in config.generators.items():
        key, pool = f"`generators.{name}", trained_pool(settings)
        if pool is None:
            continue
        if pool not in config.pools:
            known = ", ".join(config.pools) or "none"
            problems.append(f"{key}.trained_on.pool` is {pool}, and `pools` has {known}; name one of these")
        if not isinstance(settings, TrainedSettings):
            problems.append(f"{key}.trained_on` is a pool, and no generator begins with one that is computed at once")
        if settings.classes:
            problems.append(f"{key}.classes` has no use with `trained_on: {{pool: {pool}}}`; take it out")
        if "class_conditional" in settings.model_fields_set and getattr(settings, "class_conditional", False):
            problems.append(
                f"{key}.class_conditional` is true, but a pool is trained on as one kind of image; leave it out"
            )
        problems += [
            f"`arms.{arm}.generator` is {name}, which is trained on the pool {pool} and draws images of no class; name "
            f"a generator that begins with it, by `init_from: {{generator: {name}}}`"
            for arm, entry in config.arms.items()
            if entry.generator == name
        ]
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
