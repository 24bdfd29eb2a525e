"""What a schema cannot see: names that must exist, sizes that must fit together, folders that must be there."""

import os
from collections.abc import Callable, Sequence
from typing import Any, TypeGuard

from augury.command.errors import UserError
from augury.generators import snapshots
from augury.generators.family import GeneratorSettings, TrainedSettings
from augury.planning import arms
from augury.planning.changed import with_problems
from augury.planning.checks.classes import class_problems
from augury.planning.checks.corrections import correction_problems
from augury.planning.checks.elsewhere import elsewhere_problems
from augury.planning.checks.final import final_problems
from augury.planning.checks.generators import generator_problems, transfer_problems
from augury.planning.checks.gpus import sharing_problems
from augury.planning.checks.labels import label_problems
from augury.planning.checks.networks import network_problems
from augury.planning.checks.protocol import protocol_problems
from augury.planning.folders.class_files import ClassFiles
from augury.planning.folders.image_folder import brief, is_demo, no_folder
from augury.planning.folders.labelled_files import LabelledFiles
from augury.planning.judging import judging_problems
from augury.planning.selections import selection_problems
from augury.settings.augmentation import Augmentation
from augury.specimens.naming import read_specimens
from augury.specimens.patterns import NamePattern
from augury.splits.brought import read_parts
from augury.study.arms import Arm
from augury.study.config import Config
from augury.study.split import Split
from augury.tables.published import read_published
from augury.tables.rows import PARTS
from augury.tables.taxonomy import read_taxonomy

_OF_GENERATOR = ("ratio", "count", "selection", "snapshot", "truncation")  # keys of an arm


def study_problems(config: Config, classes: list[str], files: ClassFiles | None) -> list[str]:
    """Everything that is wrong with a completed config that fits the schema.

    files: those of its classes; None where they cannot be listed, which is reported already.
    """
    problems = image_problems(config.images, config.classes, config.source)
    if not problems and isinstance(files, LabelledFiles):
        problems += label_problems(config, classes, files)
    elif not problems and files:
        problems += class_problems(config, classes, files)
    problems += correction_problems(classes, files) if files and not problems else []
    problems += _split_problems(config.split, config.guard, bool(config.classifiers))
    problems += protocol_problems(config)
    problems += _arm_problems(config, classes)
    problems += arms.problems(config)
    problems += with_problems(config)
    problems += selection_problems(config)
    problems += _ensemble_problems(config)
    problems += final_problems(config, classes)
    problems += _file_problems(config, classes)
    problems += network_problems(config)
    problems += generator_problems(config, classes, files) + sharing_problems(config.generators)
    problems += elsewhere_problems(config, classes)
    problems += transfer_problems(config, classes)
    problems += judging_problems(config)
    return problems


def image_problems(images: Any, classes: Any, source: Any) -> list[str]:
    """Whether the images' folder is there, and holds no more than images; the demo's is fetched later.

    classes, source: of a config as it was written, too.
    """
    if not isinstance(images, str) or is_demo(images):
        return []
    if os.path.isdir(images):
        return _whole_disk_problems(images) if not classes else []
    what = f"`images` is {brief(images)}, {no_folder(images)}"
    if source:
        return [f"{what}; put one folder of images per class there: {source}"]
    return [f"{what}; name the folder that holds one folder of images per class"]


def _whole_disk_problems(images: str) -> list[str]:
    """A folder that holds this very project, such as a whole home, is not looked through for classes."""
    root, here = os.path.realpath(images), os.path.realpath(".")
    if os.path.commonpath([root, here]) != root:
        return []
    return [
        f"`images` is {brief(images)}, a folder that holds this project itself; name the one with the folders of "
        "classes, or name them in `classes`"
    ]


def _split_problems(split: Split, guard: str, judged: bool) -> list[str]:
    problems = []
    sizes = [getattr(split, part) for part in PARTS]
    if sizes.count("rest") != 1:
        problems.append("`split` needs `rest` for exactly one of its parts; `train: rest` is usual")
    if split.folds > 1 and split.rotate == "test" and (split.train != "rest" or split.validation == "rest"):
        problems.append(
            "`split`: where every fold tests once, `train` is rest and `validation` a size; the folds set the rest"
        )
    if split.folds > 1 and split.rotate == "train" and (split.test != "rest" or split.parts != "hash"):
        problems.append(
            "`split.rotate: train` draws training parts, and tests on all others: give `rest` to `test`, a size "
            "to `train`, and leave `parts` at hash"
        )
    if sum(size for size in sizes if size != "rest" and size < 1) >= 1:
        problems.append("`split`: the fractions of the other parts leave nothing for `rest`; lower them")
    for part in PARTS:
        size = getattr(split, part)
        if size != "rest" and size > 1 and size != int(size):
            problems.append(f"`split.{part}` is {size}; above 1 it is a whole number of specimens per class")
    if judged and split.test == 0 and split.parts == "hash" and not (split.folds > 1 and split.rotate == "test"):
        problems.append(
            "`split.test` is 0, so nothing would be measured; set it to 0.15, or use folds that rotate the test part"
        )
    if split.folds > 1 and split.rotate == "validation" and split.validation == "rest":
        problems.append("`split.validation` is rest, but the folds set its size; give `rest` to train or test")
    if split.unit == "image" and guard == "enforce":
        problems.append(
            "`split.unit: image` lets views of a specimen cross the split; set `guard: record` to do that knowingly"
        )
    if split.table and split.parts != "table":
        problems.append("`split.table` is given, but `split.parts` is not table; set `split.parts: table` to use it")
    if split.parts == "table" and not split.table:
        problems.append("`split.parts` is table, but `split.table` is empty; name the TSV that gives each image's part")
    return problems


def _arm_problems(config: Config, classes: list[str]) -> list[str]:
    problems = []
    for name, arm in config.arms.items():
        generator = config.generators.get(arm.generator or "")
        if arm.generator and generator is None:
            known = ", ".join(config.generators) or "none"
            problems.append(
                f"`arms.{name}.generator` is {arm.generator}, which `generators` does not have (it has {known})"
            )
        elif generator and generator.classes is not None and set(classes) - set(generator.classes):
            lacking = ", ".join(sorted(set(classes) - set(generator.classes)))
            problems.append(
                f"`arms.{name}.generator` is {arm.generator}, which is not trained for {lacking}; add it to "
                f"`generators.{arm.generator}.classes`, or leave that empty"
            )
        elif generator is None and (written := _written(arm, _OF_GENERATOR)):
            keys = " and ".join(f"`{key}`" for key in written)
            problems.append(f"`arms.{name}` has {keys} and no generator; name one in `arms.{name}.generator`")
        elif arm.snapshot == "best" and not (config.extractors and config.scores.snapshots):
            problems.append(
                f"`arms.{name}.snapshot` is best, which scores decide; name an `extractor` and leave "
                "`scores.snapshots` on"
            )
        elif arm.snapshot and _trained(generator) and arm.snapshot not in ("best", *snapshots.schedule(generator)):
            problems.append(
                f"`arms.{name}.snapshot` is {arm.snapshot}; add {arm.snapshot} to "
                f"`generators.{arm.generator}.snapshots`"
            )
        drawn = arm.generator and (arm.count or arm.ratio)
        copied = arm.classical or arm.classical_to
        if not (arm.real or copied or drawn):
            problems.append(
                f"`arms.{name}` has no images to train on; set `real: 1`, or name a generator and a `ratio`"
            )
        elif generator and not drawn:
            problems.append(
                f"`arms.{name}` takes no image of its generator, as its ratio is 0; give a ratio above 0, or leave the "
                "arm out: an arm that names no generator shows the same"
            )
        if arm.classical and arm.classical_to:
            problems.append(f"`arms.{name}` has both `classical` and `classical_to`; keep one of them")
        if copied and arm.classical_augmentation == Augmentation():
            key = "classical" if arm.classical else "classical_to"
            problems.append(f"`arms.{name}.{key}` makes copies without a change; fill `classical_augmentation`")
    return problems


def _written(arm: Arm, keys: Sequence[str]) -> list[str]:
    """Those of the keys that an arm's config gives a value, the default's included."""
    return [key for key in keys if key in arm.model_fields_set and getattr(arm, key) is not None]


def _trained(settings: GeneratorSettings | None) -> TypeGuard[TrainedSettings]:
    return isinstance(settings, TrainedSettings)


def _ensemble_problems(config: Config) -> list[str]:
    problems = []
    known = config.classifiers
    for name, ensemble in config.ensembles.items():
        if name in known:
            problems.append(f"`ensembles.{name}` has the name of a classifier; give the ensemble another")
        members = ensemble.classifiers or list(known)
        problems += [
            f"`ensembles.{name}.classifiers` has {each}, which `classifiers` does not have (it has {', '.join(known)})"
            for each in members
            if each not in known
        ]
        if len(members) * (len(config.seeds) if ensemble.over_seeds else 1) < 2:
            problems.append(
                f"`ensembles.{name}` has one member; name two classifiers, or set `over_seeds` and two `seeds`"
            )
        elif len(members) == 1 and members[0] in known and known[members[0]].deterministic:
            problems.append(
                f"`ensembles.{name}` has one member, {members[0]}, that is the same for all seeds; name two classifiers"
            )
    return problems


def _file_problems(config: Config, classes: list[str]) -> list[str]:
    problems = []
    named = {
        "taxonomy": config.taxonomy,
        "specimens.table": config.specimens.table,
        "split.table": config.split.table,
        "published.table": config.published.table,
    }
    problems += [
        f"`{key}` is {named[key]}, with braces in its name, which Snakemake takes for wildcards; rename it"
        for key in ("taxonomy", "published.table")  # files that steps read
        if set(named[key] or "") & set("{}")
    ]
    for key, path in named.items():
        if path and not os.path.isfile(path):
            problems.append(f"`{key}` is {brief(path)}, which is no file; mend the path or leave the key empty")
    readers: dict[str, Callable[[str], object]] = {"split.table": read_parts, "specimens.table": read_specimens}
    readers["taxonomy"] = lambda path: read_taxonomy(path, classes)
    readers["published.table"] = read_published
    for key, read in readers.items():
        path = named[key]
        if path and os.path.isfile(path):
            try:
                read(path)
            except UserError as error:
                problems.append(str(error) if str(error).startswith(f"`{key}`") else f"`{key}`: {error}")
    regex = config.specimens.regex
    try:
        if regex and not NamePattern(regex).groups:
            problems.append("`specimens.regex` has no group; put parentheses round the part that names the specimen")
    except UserError as error:
        problems.append(str(error))
    return problems
