"""How a plan treats selections: families named without an entry, seeds of pools, what each needs, what is wrong."""

import copy
from typing import Any, cast

from augury.selections.family import ByClassifierSettings
from augury.settings.families import family, names
from augury.study.config import Config

RANDOM = "random"


def with_families(config: dict[str, Any]) -> dict[str, Any]:
    """A copy of a config as it was written, with an entry for each family that an arm names without one."""
    config = copy.deepcopy(config)
    arms, entries = config.get("arms"), config.get("selections") or {}
    if not isinstance(arms, dict) or not isinstance(entries, dict):
        return config
    named = [arm.get("selection") for arm in arms.values() if isinstance(arm, dict)]
    missing = {name: {"family": name} for name in names("selections") if name in named and name not in entries}
    return config | {"selections": entries | missing} if missing else config


def judge(config: Config, name: str) -> tuple[str, str]:
    """Classifier and arm that a selection asks for its choice; empty where the study has none."""
    settings = cast("ByClassifierSettings", config.selections[name])
    arms = [arm for arm, entry in config.arms.items() if not entry.generator and entry.real and not entry.with_]
    return settings.classifier or next(iter(config.classifiers), ""), settings.arm or next(iter(arms), "")


def selection_problems(config: Config) -> list[str]:
    """What is wrong with selections beyond the schema, one sentence each."""
    problems = []
    if RANDOM in config.selections:
        problems.append("`selections.random` is always there and has no settings; give the entry another name")
    for name, arm in config.arms.items():
        chosen = arm.selection
        if chosen != RANDOM and chosen not in config.selections:
            known, more = ", ".join([RANDOM, *config.selections]), ", ".join(names("selections"))
            problems.append(
                f"`arms.{name}.selection` is {chosen}, which `selections` does not have (it has {known}); the families "
                f"{more} need no entry"
            )
        elif chosen != RANDOM and not arm.generator:
            problems.append(
                f"`arms.{name}.selection` chooses images of a generator; name one in `arms.{name}.generator`"
            )
        elif chosen != RANDOM and arm.generator and arm.generator in config.generators:
            problems += _lacking(config, chosen, arm.generator)
    for name, settings in config.selections.items():
        mistakes = family("selections", settings.family).problems(settings)
        problems += [f"`selections.{name}.{key}`: {sentence}" for key, sentence in mistakes]
        if isinstance(settings, ByClassifierSettings):
            problems += [f"`selections.{name}{sentence}" for sentence in _judge_problems(config, name)]
        if settings.needs.features and not config.extractors:
            problems.append(f"`selections.{name}` compares images by features; name an `extractor`")
    return list(dict.fromkeys(problems))


def _lacking(config: Config, name: str, generator: str) -> list[str]:
    # What a selection looks at and the generator does not have.
    needs, of_family = config.selections[name].needs, config.generators[generator].family
    declared, problems = family("generators", of_family), []
    if needs.styles and not declared.has_styles:
        sentence = (
            f"`selections.{name}.space` is w, which {generator} of family {of_family} does not have; set `space: z`"
        )
        problems.append(sentence)
    if needs.noised and not declared.removes_noise:
        problems.append(
            f"`selections.{name}` begins with training images under noise, which {generator} of family {of_family} "
            "cannot; take a generator of family diffusion"
        )
    if needs.discriminator and declared.trained and not declared.adversarial:
        problems.append(
            f"`selections.{name}` asks the discriminator of its generator, and {generator} of family {of_family} is "
            "trained without one; for a genetic search, set `realism: {by: density}`"
        )
    return problems


def _judge_problems(config: Config, name: str) -> list[str]:
    classifier, arm = judge(config, name)
    problems = []
    if classifier not in config.classifiers:
        known = ", ".join(config.classifiers)
        problems.append(f".classifier` is {classifier}, which `classifiers` does not have (it has {known})")
    if not arm:
        problems.append("` needs a classifier that saw real images alone; add an arm without a generator, `real: {}`")
    elif arm not in config.arms:
        problems.append(f".arm` is {arm}, which `arms` does not have (it has {', '.join(config.arms)})")
    elif config.arms[arm].generator:
        problems.append(f".arm` is {arm}, which takes synthetic images; name an arm of real images alone")
    elif config.arms[arm].with_:
        problems.append(f".arm` is {arm}, which trains its classifiers by settings of its own; name one without `with`")
    return problems
