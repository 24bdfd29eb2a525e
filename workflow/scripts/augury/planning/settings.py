"""Settings as they reach a script: JSON, completed and checked by the same schema that checks the config."""

import importlib
import json
from typing import Any

import jsonschema

from augury.command.errors import UserError
from augury.planning.defaults import complete, load_schema


def read_settings(text: str, section: str) -> dict[str, Any]:
    """The settings in a JSON text, for a section of the schema's $defs: a family's name, or `arm`.

    The workflow passes them complete; by hand, what is left out takes its default. Raises UserError that names every
    unknown key and every value out of its range.
    """
    try:
        given = json.loads(text)
    except json.JSONDecodeError as error:
        raise UserError(
            f"the settings of {section} are no JSON ({error}); write them as '{{\"key\": value}}'"
        ) from None
    rules = load_schema()["$defs"].get(section)
    if rules is None or not isinstance(given, dict):
        raise UserError(
            f'no settings are known for {section}; name a family in `family`, as in \'{{"family": "dcgan"}}\''
        )
    settings = complete(given, rules)
    validator = jsonschema.Draft202012Validator(rules | {"$defs": load_schema()["$defs"]})
    errors = list(validator.iter_errors(settings))
    if errors:
        # Only now and by name: how a mistake is worded is no reason to train a network again.
        wording = importlib.import_module("augury.planning.schema")
        raise UserError("; ".join(wording.sentence(error) for error in errors))
    return settings


def family_of(text: str) -> str:
    """The `family` that a JSON text of settings names, or an empty text."""
    try:
        given = json.loads(text)
    except json.JSONDecodeError:
        return ""
    return str(given.get("family", "")) if isinstance(given, dict) else ""


def with_classifier_families(config: dict[str, Any]) -> dict[str, Any]:
    """A config as it was written, where `architecture: probe` and the like say the family of a classifier.

    Only timm's and torchvision's networks have architectures: every other family's name is one of its own.
    """
    entries = config.get("classifiers")
    if not isinstance(entries, dict):
        return config
    families = load_schema()["properties"]["classifiers"]["additionalProperties"]["properties"]["family"]["enum"]
    named = {
        name: {key: value for key, value in entry.items() if key != "architecture"} | {"family": entry["architecture"]}
        for name, entry in entries.items()
        if isinstance(entry, dict) and "family" not in entry and entry.get("architecture") in families
    }
    return config | {"classifiers": entries | named} if named else config
