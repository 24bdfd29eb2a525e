"""What is wrong with a study's generators beyond types: settings that do not fit, and what they would start from."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from augury.command.errors import UserError
from augury.generators import duration, snapshots
from augury.generators.family import FEWEST, AdversarialSettings, FittedSettings, TrainedSettings, Wanted, is_public
from augury.planning.checks import starts
from augury.planning.folders.class_files import ClassFiles
from augury.planning.folders.class_names import name_problem
from augury.planning.transfer import Transfer
from augury.settings.families import family
from augury.settings.generation import trained_pool
from augury.splits.plan import split_names
from augury.study.config import Config
from augury.tables.taxonomy import read_taxonomy

_LONGEST_HEAD = 100_000_000  # bytes, of any safetensors file


def generator_problems(config: Config, classes: Sequence[str], files: ClassFiles | None) -> list[str]:
    """A sentence for each setting that does not fit the others or the images.

    files: those of the classes; None where they cannot be listed.
    """
    counts = files.counts(classes) if files else {}
    wanted = Wanted(classes, [str(name) for name in split_names(config.split)], config.generator_seeds, counts)
    problems = []
    for name, settings in config.generators.items():
        declared = family("generators", settings.family)
        mistakes = declared.problems(settings) + declared.problems_in_study(settings, wanted)
        mistakes += snapshots.problems(settings) if isinstance(settings, TrainedSettings) else []
        if isinstance(settings, AdversarialSettings):
            mistakes += duration.problems(settings, _of_trainings(settings, counts))
        problems += [f"`generators.{name}.{key}`: {sentence}" for key, sentence in mistakes]
    return problems


def generator_remarks(config: Config, classes: Sequence[str], files: ClassFiles) -> list[str]:
    """A sentence for each generator that would learn a handful of images by heart, or that nothing comes of."""
    remarks, counts = _unused_remarks(config), files.counts(classes)
    for name, settings in config.generators.items():
        if not isinstance(settings, TrainedSettings) or settings.class_conditional or trained_pool(settings):
            continue
        few = {class_: n for class_, n in _of_trainings(settings, counts).items() if n < config.warn_below_images}
        if few:
            fewest = min(few.values())
            passes = duration.passes(settings.duration, settings.duration_unit, fewest)
            classes_ = ", ".join(f"{class_} ({n})" for class_, n in few.items())
            remarks.append(
                f"`generators.{name}` is trained on few images at most: {classes_}; over {passes:,.0f} passes it will "
                "learn them by heart. `class_conditional: true` trains one for all classes, `init_from` begins with a "
                "relative, and a shorter `duration` loses nothing"
            )
    return remarks


def too_few_remarks(config: Config, counts: Mapping[str, int], trained: Mapping[str, int]) -> list[str]:
    """A sentence for each generator of a class that will have no second training image, as far as a plan can tell.

    How many images show one not at all is not known before: no mistake yet. counts: files by class. trained: those of
    them in a training part.
    """
    remarks = []
    for name, settings in config.generators.items():
        if isinstance(settings, FittedSettings) and not settings.class_conditional and settings.trained_on == "train":
            few = [each for each in _of_trainings(settings, counts) if trained.get(each, FEWEST) < FEWEST]
            if few:
                classes = ", ".join(
                    f"{class_} ({counts[class_]} files, about {trained[class_]} for training)" for class_ in few
                )
                remarks.append(
                    f"`generators.{name}` will most likely fail, as it needs {FEWEST} training images of a class: "
                    f"{classes}; add images, set `class_conditional: true`, or leave classes out by `classes`"
                )
    return remarks


def _unused_remarks(config: Config) -> list[str]:
    trained = [settings for settings in config.generators.values() if isinstance(settings, TrainedSettings)]
    begun = {settings.init_from.generator for settings in trained if settings.init_from}
    return [
        f"`generators.{name}` is trained on the pool {pool}, and no generator begins with it; name it in another's "
        "`init_from`"
        for name, settings in config.generators.items()
        if (pool := trained_pool(settings)) and name not in begun
    ]


def _of_trainings(settings: FittedSettings, counts: Mapping[str, int]) -> dict[str, int]:
    # Files of each training's classes, by what it is called; those of a pool are not counted here.
    if trained_pool(settings):
        return {}
    if settings.class_conditional and counts:
        return {"all classes": sum(counts.values())}
    return {class_: count for class_, count in counts.items() if settings.classes is None or class_ in settings.classes}


def transfer_problems(config: Config, classes: list[str]) -> list[str]:
    """A sentence for each start that there is not, or that does not fit."""
    try:
        taxonomy = read_taxonomy(config.taxonomy, classes) if config.taxonomy else None
    except UserError:
        return []  # the table itself is reported already
    plan = Transfer(config.generators, classes, taxonomy)
    problems = starts.problems(plan)
    for name, settings in config.generators.items():
        init = plan.init_of(name)
        path = init.file if init else None
        if path and is_public(path):
            sentence = _public_problem(path, settings.family)
            problems += [f"`generators.{name}.init_from.file` is {path}, {sentence}"] if sentence else []
        elif path and not (Path(path) / "generator.json").is_file():
            problems.append(
                f"`generators.{name}.init_from.file` is {path}, which has no generator.json; name a folder that "
                "train_generator wrote"
            )
    bad = [] if problems else [node.folder for node in plan.ancestors if name_problem(node.folder)]
    return problems + [
        f"`taxonomy`: {folder} cannot be a folder's name; take the special characters out of it" for folder in bad
    ]


def _public_problem(path: str, kind: str) -> str:
    """Why a family cannot start from a .safetensors file of another project."""
    known_by = family("generators", kind).public_name
    if not known_by:
        return f"a file of another project's networks, of which a {kind} knows none; name a folder"
    try:
        names = _tensor_names(path)
    except OSError:
        return "which is no file; mend the path"
    except ValueError:
        return "which is no safetensors file; write it again, as docs/generators.md says"
    return "" if known_by in names else f"which has no {known_by}; write it as docs/generators.md says"


def _tensor_names(path: str) -> set[str]:
    # Of a safetensors file's head: eight bytes of its length, and JSON. Raises ValueError where it has none.
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        head = json.loads(file.read(length)) if length <= _LONGEST_HEAD else None
    if not isinstance(head, dict):
        raise ValueError(path)
    return set(head)
