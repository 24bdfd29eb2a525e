"""How a plan treats selections: families named without an entry, seeds of pools, what each needs, what is wrong."""

import copy
from collections.abc import Callable
from typing import Any

from augury.selections.needs import needs_features
from augury.settings.families import names
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
    """Classifier and arm that a selection by uncertainty is made by; empty where the study has none."""
    settings = config["selections"][name]
    arms = [arm for arm, entry in config["arms"].items() if not entry["generator"] and entry["real"]]
    return settings["classifier"] or next(iter(config["classifiers"]), ""), settings["arm"] or next(iter(arms), "")


def selection_problems(config: Config) -> list[str]:
    """What is wrong with selections beyond the schema, one sentence each."""
    problems = []
    if RANDOM in config["selections"]:
        problems.append("`selections.random` is always there and has no settings; give the entry another name")
    for name, arm in config["arms"].items():
        chosen = arm["selection"]
        if chosen != RANDOM and chosen not in config["selections"]:
            known = ", ".join([RANDOM, *config["selections"]])
            problems.append(f"`arms.{name}.selection` is {chosen}, which `selections` does not have (it has {known})")
        elif chosen != RANDOM and not arm["generator"]:
            problems.append(
                f"`arms.{name}.selection` chooses images of a generator; name one in `arms.{name}.generator`"
            )
        elif chosen != RANDOM and config["selections"][chosen].get("space") == "w":
            generator = config["generators"].get(arm["generator"], {"style_dim": 0})
            if "style_dim" not in generator:
                problems.append(
                    f"`selections.{chosen}.space` is w, which {arm['generator']} of family {generator['family']} does "
                    "not have; set `space: z`"
                )
    for name, settings in config["selections"].items():
        problems += [f"`selections.{name}{said}" for said in _PROBLEMS.get(settings["family"], _none)(config, name)]
        if needs_features(settings) and not config["extractor"]:
            problems.append(f"`selections.{name}` compares images by features; name an `extractor`")
    return list(dict.fromkeys(problems))


def _genetic(config: Config, name: str) -> list[str]:
    settings = config["selections"][name]
    if settings["elite"] < settings["population"]:
        return []
    return [f".elite` is {settings['elite']} of a population of {settings['population']}; leave room for children"]


def _uncertainty(config: Config, name: str) -> list[str]:
    classifier, arm = judge(config, name)
    problems = []
    if classifier not in config["classifiers"]:
        known = ", ".join(config["classifiers"])
        problems.append(f".classifier` is {classifier}, which `classifiers` does not have (it has {known})")
    if not arm:
        problems.append("` needs a classifier that saw real images alone; add an arm without a generator, `real: {}`")
    elif arm not in config["arms"]:
        problems.append(f".arm` is {arm}, which `arms` does not have (it has {', '.join(config['arms'])})")
    elif config["arms"][arm]["generator"]:
        problems.append(f".arm` is {arm}, which takes synthetic images; name an arm of real images alone")
    return problems


def _none(config: Config, name: str) -> list[str]:
    return []


_PROBLEMS: dict[str, Callable[[Config, str], list[str]]] = {"genetic": _genetic, "uncertainty": _uncertainty}
