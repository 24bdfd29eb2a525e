"""A JSON schema by which editors complete and check config files, made from the models of settings.

It is wider than the models: a file may be laid over another, so that nothing in it is needed, an entry that is `false`
is left out, and one without a `family` may be of any.
"""

from collections.abc import Iterator
from typing import Any

from augury.settings.base import Settings, meanings
from augury.settings.families import families
from augury.settings.fields import members, of_field
from augury.study.config import Config

_ENTRIES = ("generators", "selections", "classifiers", "ensembles", "arms")
_BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}


def json_schema() -> dict[str, Any]:
    """The schema of a config file (JSON schema, draft 2020-12)."""
    schema = _plain(Config.model_json_schema(by_alias=True))
    models = {model.__name__: model for model in _models(Config)}
    for title, model in models.items():
        rule, described = schema["$defs"].get(title, schema), meanings(model)
        for name, field in model.model_fields.items():
            if name in described:
                rule["properties"][field.alias or name]["description"] = described[name]
    for name in _ENTRIES:
        rule = schema["properties"][name]
        (pattern, entry), *_ = rule.pop("patternProperties").items()
        rule["patternProperties"] = {pattern: {"anyOf": [{"enum": [False, None]}, _of_family(name) or entry]}}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A study of augury"}
    return head | schema


def _of_family(kind: str) -> dict[str, Any]:
    """An entry of a section whose `family` says what else it has; empty for sections of one kind."""
    references = {name: {"$ref": f"#/$defs/{each.settings.__name__}"} for name, each in families(kind).items()}
    if not references:
        return {}
    branches = [
        {"if": {"properties": {"family": {"const": name}}}, "then": reference} for name, reference in references.items()
    ]
    named = {"properties": {"family": {"enum": list(references)}}, "allOf": branches}
    return {
        "type": "object",
        "if": {"required": ["family"]},
        "then": named,
        "else": {"anyOf": list(references.values())},
    }


def _plain(rule: Any) -> Any:
    """Without what editors do not show, and with bounds under the names that the standard has for them."""
    if isinstance(rule, list):
        return [_plain(each) for each in rule]
    if not isinstance(rule, dict):
        return rule
    plain = {}
    for name, each in rule.items():
        if name == "properties":
            plain[name] = {key: _plain(value) for key, value in each.items()}
        elif not (name == "title" and isinstance(each, str)) and name not in ("required", "discriminator"):
            plain[_BOUNDS.get(name, name)] = _plain(each)
    return plain


def _models(model: type[Settings]) -> Iterator[type[Settings]]:
    yield model
    for field in model.model_fields.values():
        for each in of_field(field):
            for below in (each, *(members(each.inner) if each.inner is not None else ())):
                if below.is_model:
                    yield from _models(below.kind)
