"""What one config laid over another can do beyond replacing keys: leave out entries, and set a key of all entries."""

import copy
import difflib
from typing import Any

from augury.settings.families import DEFAULT_FAMILY, families, family, family_of, is_family, names
from augury.study.arms import Arm
from augury.study.config import Config

_SECTIONS = {"every_generator": "generators", "every_classifier": "classifiers", "every_arm": "arms"}
_NUMBERS_OF_IMAGES = ("count", "classical_to")  # of an arm: what it has none of, a small study has none of either
_SECTIONS |= {"every_selection": "selections"}


_OF_NAMES = ("tests", "pools", "generators", "selections", "classifiers", "ensembles", "arms")


def without_left_out(config: dict[str, Any]) -> dict[str, Any]:
    """A config as it was written, without the entries that a later file sets to `false`."""
    kept = {
        section: {name: entry for name, entry in config[section].items() if entry is not False}
        for section in _OF_NAMES
        if isinstance(config.get(section), dict)
    }
    return config | kept


def with_classifier_families(config: dict[str, Any]) -> dict[str, Any]:
    """A config as it was written, where `architecture: probe` and the like say the family of a classifier.

    Only timm's and torchvision's networks have architectures: every other family's name is one of its own.
    """
    entries = config.get("classifiers")
    if not isinstance(entries, dict):
        return config
    named = {
        name: {key: value for key, value in entry.items() if key != "architecture"} | {"family": entry["architecture"]}
        for name, entry in entries.items()
        if isinstance(entry, dict) and "family" not in entry and entry.get("architecture") in names("classifiers")
    }
    return config | {"classifiers": entries | named} if named else config


def applied(config: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """A copy of a config as it was written, with those settings put into each entry whose family has them.

    A classifier whose network takes no images of the new `size_px` gets the smallest that it takes; an arm's number of
    images changes only where it has one. Also what is wrong: a sentence for each key that no family has.
    """
    config, problems = copy.deepcopy(config), []
    for key, section in _SECTIONS.items():
        replaced = config.get(key)
        if not isinstance(replaced, dict) or not replaced:
            continue
        keys = _keys(section)
        known = set().union(*keys.values()) - {"family"}
        for name in sorted(replaced.keys() - known):
            near = difflib.get_close_matches(str(name), known, n=1)
            remedy = f"did you mean `{near[0]}`?" if near else f"known keys are {', '.join(sorted(known))}"
            problems.append(f"`{key}.{name}` is no setting of any of the {section}; {remedy}")
        entries = config.get(section)
        entries = entries if isinstance(entries, dict) else Config.model_fields[section].default
        entries = copy.deepcopy(entries)
        config[section] = {name: _filled(section, entry, replaced, keys) for name, entry in entries.items()}
    return _without_replaced(config), problems


def _without_replaced(config: dict[str, Any]) -> dict[str, Any]:
    # What is set for all classifiers holds on all arms.
    replaced, arms = config.get("every_classifier"), config.get("arms")
    if isinstance(replaced, dict) and isinstance(arms, dict):
        for arm in arms.values():
            if isinstance(arm, dict) and isinstance(changed := arm.get("with"), dict):
                arm["with"] = {key: value for key, value in changed.items() if key not in replaced}
    return config


def _keys(section: str) -> dict[str, set[str]]:
    """Keys of each family; the default's stand under "" too, where an entry names none."""
    if section == "arms":  # of one kind
        return {"": {field.alias or name for name, field in Arm.model_fields.items()}}
    keys = {name: set(family.settings.model_fields) for name, family in families(section).items()}
    return keys | {"": keys[DEFAULT_FAMILY[section]]}


def _filled(section: str, entry: Any, replaced: dict[str, Any], keys: dict[str, set[str]]) -> Any:
    if not isinstance(entry, dict | None):
        return entry
    entry = entry or {}
    known = keys.get(str(entry.get("family", "")), set())
    absent = {key for key in _NUMBERS_OF_IMAGES if key in known and entry.get(key) is None}
    made = entry | {key: value for key, value in replaced.items() if key in known - absent}
    name = family_of(section, made)
    if section == "classifiers" and is_family(section, name) and "size_px" in replaced:
        least = family(section, name).smallest_px(made)
        made["size_px"] = max(made["size_px"], least) if isinstance(made["size_px"], int) else made["size_px"]
    return made
