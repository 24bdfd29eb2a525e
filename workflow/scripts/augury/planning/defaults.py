"""The config's schema at work: defaults filled, numbers coerced."""

import copy
import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml

# The fast loader, of C, where PyYAML was built with it: every script that takes settings reads the schema.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SCHEMA_PATH = Path(__file__).resolve().parents[3] / "schemas" / "config.schema.yaml"


@cache
def load_schema() -> dict[str, Any]:
    """The schema of a study's config."""
    return yaml.load(SCHEMA_PATH.read_text(encoding="utf-8"), _LOADER)


def complete(config: Any, schema: dict[str, Any] | None = None) -> Any:
    """A copy of `config` with every default filled and every number in its schema's type.

    Numbers that YAML reads as text (2e-4 has no dot) become numbers; an integer where a fraction is allowed becomes a
    float, so that 1 and 1.0 are one setting. What the schema does not know is left for `problems` to name.
    """
    return _complete(copy.deepcopy(config), schema or load_schema())


def as_json(settings: Any) -> str:
    """The one form in which settings reach a script: JSON with sorted keys, so that their order never counts."""
    return json.dumps(settings, sort_keys=True, ensure_ascii=False)


def _complete(value: Any, schema: dict[str, Any]) -> Any:
    schema = resolve(schema)
    if isinstance(value, dict):
        value = {str(name): each for name, each in value.items()}  # YAML reads the name 1 as a number
        _fill(value, schema)
        for name, each in value.items():
            rule = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
            if isinstance(rule, dict):
                # An entry whose keys are all left out, as in `real:`, takes the defaults.
                value[name] = _complete({} if each is None and resolve(rule).get("type") == "object" else each, rule)
        for branch in schema.get("allOf", []):
            if "if" in branch and jsonschema.Draft202012Validator(branch["if"]).is_valid(value):
                value = _complete(value, branch["then"])
        return value
    if isinstance(value, list):
        return [_complete(each, schema.get("items", {})) for each in value]
    return _coerce(value, schema)


def _fill(value: dict[str, Any], schema: dict[str, Any]) -> None:
    for name, rule in schema.get("properties", {}).items():
        resolved = resolve(rule)
        default = rule.get("default", resolved.get("default", ...))
        if name not in value and default is not ...:
            value[name] = copy.deepcopy(default)


def _coerce(value: Any, schema: dict[str, Any]) -> Any:
    kinds = {kind for option in [schema, *schema.get("anyOf", [])] for kind in _kinds(option)}
    if isinstance(value, bool) or value is None:
        return value
    if not kinds & {"number", "integer"}:
        # YAML reads the name 2020 as a number.
        return str(value) if "string" in kinds and isinstance(value, int | float) else value
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return value
    if isinstance(value, int | float) and math.isfinite(value):
        if "number" in kinds:
            return float(value)
        return int(value) if value == int(value) else value
    return value


def _kinds(schema: dict[str, Any]) -> list[str]:
    kind = schema.get("type", [])
    return [kind] if isinstance(kind, str) else kind


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    """A rule with its reference replaced by what it refers to; what stands beside the reference wins."""
    if "$ref" not in schema:
        return schema
    target = load_schema()["$defs"][schema["$ref"].rpartition("/")[2]]
    return resolve(target) | {name: value for name, value in schema.items() if name != "$ref"}
