"""What an arm's `with` makes of a classifier's settings, and which classifiers an arm is for."""

import difflib
from collections.abc import Collection
from typing import Any

from pydantic import ValidationError

from augury.classifiers.family import ClassifierSettings, TrainedSettings
from augury.planning.arms import first_real
from augury.settings.families import family
from augury.settings.sentences import problems as sentences
from augury.study.config import Config

# What a network is, and how it is evaluated: another of these is another classifier.
_OF_THE_NETWORK = {
    "family",
    "architecture",
    "backbones",
    "backbone_px",
    "pretrained",
    "size_px",
    "image_px",
    "channels",
}
_OF_THE_NETWORK |= {"widths", "width", "max_width", "eca", "eca_init", "tta", "device"}


def settings_on(config: Config, arm: str, classifier: str) -> ClassifierSettings:
    """A classifier's settings on an arm. Raises pydantic's ValidationError where its family takes no such value."""
    own, changed = config.classifiers[classifier], config.arms[arm].with_
    return type(own).model_validate(_merged(own.model_dump(by_alias=True), changed)) if changed else own


def stands(config: Config, arm: str, name: str) -> bool:
    """Whether a classifier is trained on an arm: it has each key of `with`, and not all of the values already.

    Where images follow in an order, it is trained step by step. An ensemble stands where all its members do.
    """
    if name in config.ensembles:
        return all(stands(config, arm, each) for each in config.ensembles[name].classifiers or config.classifiers)
    if arm not in config.arms or name not in config.classifiers:
        return False  # left out, for want of weights
    changed, own = config.arms[arm].with_, config.classifiers[name]
    if config.arms[arm].order != "mixed" and not isinstance(own, TrainedSettings):
        return False
    if not changed:
        return True
    return changed.keys() <= type(own).model_fields.keys() and settings_on(config, arm, name) != own


def primary_classifiers(config: Config, arms: Collection[str]) -> list[str]:
    """Classifiers of the primary comparisons; without a choice the first that all these arms are for, or the first."""
    names = list(config.classifiers)
    on_all = [name for name in names if all(stands(config, arm, name) for arm in arms)]
    return config.statistics.primary.classifiers or (on_all or names)[:1]


def with_problems(config: Config) -> list[str]:
    """What is wrong with `with`, and with comparisons that lack a side for it, one sentence each."""
    mistakes = [sentence for arm in config.arms for sentence in _problems(config, arm)]
    return mistakes or [sentence for arm in config.arms for sentence in _unpaired(config, arm)]


def with_remarks(config: Config) -> list[str]:
    """A sentence for each arm that some of the classifiers and ensembles are not trained on."""
    remarks, everyone = [], [*config.classifiers, *config.ensembles]
    for name, arm in config.arms.items():
        absent = [each for each in everyone if not stands(config, name, each)]
        if absent:
            keys = ", ".join(f"`{key}`" for key in (*arm.with_, *(["order"] if arm.order != "mixed" else [])))
            remarks.append(
                f"arm {name} changes {keys}, which means nothing to {', '.join(absent)} or changes nothing there: no "
                "row of the tables shows them on it"
            )
    return remarks


def _merged(own: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
    # Sections keep the keys that are not named.
    merged = dict(own)
    for key, value in changed.items():
        if key == "augmentation" and isinstance(value, str):
            value = {"policy": value}
        both = isinstance(value, dict) and isinstance(own.get(key), dict)
        merged[key] = _merged(own[key], value) if both else value
    return merged


def _problems(config: Config, arm: str) -> list[str]:
    changed, own = config.arms[arm].with_, config.classifiers
    fields = [set(type(settings).model_fields) for settings in own.values()]
    known = set().union(*fields)
    mistakes = []
    for key in changed:
        if key in _OF_THE_NETWORK:
            mistakes.append(
                f"`arms.{arm}.with.{key}` would make another network of a classifier, and an arm changes its training "
                "alone; give it an entry of its own in `classifiers`"
            )
        elif key not in known:
            near = difflib.get_close_matches(key, known - _OF_THE_NETWORK, n=1)
            remedy = f"did you mean `{near[0]}`?" if near else "take it out, or add a classifier that has it"
            mistakes.append(
                f"`arms.{arm}.with.{key}` is no setting of any of the classifiers ({', '.join(own)}); {remedy}"
            )
    if mistakes or not changed:
        ordered = not mistakes and config.arms[arm].order != "mixed" and own
        if ordered and not any(stands(config, arm, name) for name in own):
            mistakes.append(f"`arms.{arm}.order` means nothing to {', '.join(own)}; add a classifier of another family")
        return mistakes
    trained = [name for name, has in zip(own, fields, strict=True) if changed.keys() <= has]
    for name in trained:
        try:
            settings = settings_on(config, arm, name)
        except ValidationError as error:
            found = sentences(type(own[name]), error)
        else:
            of_family = family("classifiers", settings.family).problems
            found = [f"`{key}`: {text}" for key, text in of_family(settings) if (key, text) not in of_family(own[name])]
        mistakes += [each.replace("`", f"`arms.{arm}.with.", 1) for each in found]
    if not mistakes and not any(stands(config, arm, name) for name in own):
        why = "no classifier has all of these settings" if not trained else "all classifiers train so already"
        mistakes = [f"`arms.{arm}.with` changes nothing, since {why}; give other values, or take the arm out"]
    return list(dict.fromkeys(mistakes))


def _unpaired(config: Config, arm: str) -> list[str]:
    baseline = config.arms[arm].baseline or first_real(config.baseline, config.arms)
    if baseline not in config.arms or not config.arms[baseline].with_:
        return []
    names = [name for name in config.classifiers if stands(config, arm, name) and not stands(config, baseline, name)]
    if not names:
        return []
    return [
        f"`arms.{arm}` is compared with {baseline}, on which {', '.join(names)} cannot be trained (`with`); give it "
        "another `baseline`"
    ]
