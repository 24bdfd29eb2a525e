"""What is wrong with settings that say how a publication did it: who is trained on what, and what comes before what."""

from augury.settings.augmentation import Augmentation
from augury.study.config import Config


def protocol_problems(config: Config) -> list[str]:
    """A sentence for each setting that the guard forbids, or that does not fit another."""
    return [*_alone_problems(config), *_trained_on_problems(config), *_presplit_augmentation_problems(config)]


def _alone_problems(config: Config) -> list[str]:
    if config.classifiers and config.arms:
        return []
    empty = "classifiers" if config.arms else "arms"
    if config.classifiers or config.arms:
        return [f"`{empty}` is empty; name at least one, or empty both for a study of generators alone"]
    if config.generators:
        return []
    return ["`generators`, `classifiers` and `arms` are empty, so nothing would be trained; name at least one of each"]


def _trained_on_problems(config: Config) -> list[str]:
    if config.guard == "record":
        return []
    return [
        f"`generators.{name}.trained_on: all` takes the test images too; set `guard: record` to do that knowingly"
        for name, settings in config.generators.items()
        if getattr(settings, "trained_on", "") == "all"
    ]


def _presplit_augmentation_problems(config: Config) -> list[str]:
    copies, problems = config.presplit_augmentation, []
    numbers = [copies.times, *copies.times_per_class.values()]
    if max(numbers) == 1:
        return []
    if copies.augmentation == Augmentation():
        problems.append(
            "`presplit_augmentation` makes copies without a change; fill `presplit_augmentation.augmentation`"
        )
    if copies.size_px < config.preparation.min_size_px:
        problems.append(
            f"`presplit_augmentation.size_px` is {copies.size_px}, and `preparation.min_size_px` would refuse such "
            "images; raise the one or lower the other"
        )
    if config.split.parts != "hash":
        problems.append(
            f"`presplit_augmentation` comes before the split, but `split.parts: {config.split.parts}` brings "
            "one; use arms with `classical` instead"
        )
    return problems
