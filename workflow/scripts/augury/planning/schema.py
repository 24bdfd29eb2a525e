"""What is wrong with a config, told in sentences that name the key and the remedy."""

import difflib
import json
import math
from collections.abc import Iterable, Iterator
from typing import Any

import jsonschema

from augury.images.files import shown
from augury.planning.defaults import load_schema, resolve

_ONE_LINE = r"(?!\n)"  # how patterns end, as `$` takes a last line break along
_LONGEST = 120  # characters of a value that a sentence repeats


def problems(config: dict[str, Any]) -> list[str]:
    """One sentence for each place where a completed config breaks the schema, with its key and the remedy."""
    validator = jsonschema.Draft202012Validator(load_schema())
    errors = sorted(validator.iter_errors(config), key=lambda error: str(list(error.path)))
    found = list(dict.fromkeys(sentence(error) for error in _first_of_kind(errors)))
    told = {tuple(error.absolute_path) for error in errors}
    endless = [(place, value) for place, value in _without_end(config) if place not in told]
    return found + [f"`{_key(place)}` is {_shown(value)}; it must be a finite number" for place, value in endless]


def _first_of_kind(errors: list[jsonschema.ValidationError]) -> Iterator[jsonschema.ValidationError]:
    """Without what each branch of a choice says again of a value that is no section at all."""
    told = set()
    for error in errors:
        place = tuple(error.absolute_path)
        if error.validator != "type" or place not in told:
            yield error
        if error.validator == "type":
            told.add(place)


def sentence(error: jsonschema.ValidationError) -> str:
    """What is wrong at one place, with its key and the remedy."""
    key = _key(error.absolute_path)
    schema = resolve(error.schema) if isinstance(error.schema, dict) else {}
    if error.validator == "additionalProperties":
        return "; ".join(
            _unknown(key, name, schema) for name in sorted(error.instance.keys() - schema["properties"].keys())
        )
    if error.validator == "required":
        missing = sorted(set(error.validator_value) - error.instance.keys())
        return f"`{_join(key, missing[0])}` is missing: {schema['properties'][missing[0]].get('description', 'set it')}"
    if error.validator == "pattern" and "propertyNames" in map(str, error.absolute_schema_path):
        named = shown(_join(key, str(error.instance)))
        return f"`{named}`: use letters, digits, `_`, `-`, `+` and `.` in the name, a letter or digit first"
    wanted = _WANTED.get(error.validator, lambda value: error.message)(error.validator_value)
    if error.validator == "type" and {"object", "array"} & _kinds(error):
        wanted += f", as in {_form(key.rpartition('.')[2] or 'images', schema)}"
    about = f" ({schema['description'].rstrip('.')})" if "description" in schema else ""
    return f"`{key}` is {_shown(error.instance)}; it must be {wanted}{about}{_quotes(error)}"


_KINDS = {"object": "a section", "array": "a list", "string": "text", "integer": "a whole number", "number": "a number"}
_KINDS |= {"boolean": "true or false", "null": "left empty"}
_WANTED = {
    "enum": lambda values: "one of " + ", ".join(json.dumps(value).strip('"') for value in values),
    "const": lambda value: str(value),
    "type": lambda kinds: " or ".join(_KINDS[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds)),
    "minimum": lambda bound: f"at least {bound}",
    "maximum": lambda bound: f"at most {bound}",
    "exclusiveMinimum": lambda bound: f"more than {bound}",
    "exclusiveMaximum": lambda bound: f"less than {bound}",
    "minItems": lambda count: f"a list of at least {count}",
    "uniqueItems": lambda _: "a list without repetitions",
    "pattern": lambda pattern: f"of the form {pattern.removesuffix(_ONE_LINE)}, on one line",
    "maxLength": lambda count: f"of at most {count} characters",
    "minLength": lambda _: "filled in",
    "anyOf": lambda options: " or ".join(map(_option, options)),
}


def _shown(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value).replace("inf", ".inf").replace("nan", ".nan")
    # A date of YAML's is no value of JSON's.
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."


def _form(name: str, rule: dict[str, Any]) -> str:
    """What a section or a list looks like, on one line."""
    if "object" not in ([rule["type"]] if isinstance(rule["type"], str) else rule["type"]):
        return f"`{name}: [..., ...]`"
    known = list(rule.get("properties", {}).items())[:2]
    entries = [f"{key}: {_example(resolve(each))}" for key, each in known] or ["NAME: ..."]
    return f"`{name}: {{{', '.join(entries)}}}`"


def _example(rule: dict[str, Any]) -> str:
    default = rule.get("default")
    plain = isinstance(default, bool | int | float | str)
    return json.dumps(default).strip('"') if plain else str(rule["enum"][0]) if "enum" in rule else "..."


def _kinds(error: jsonschema.ValidationError) -> set[str]:
    kinds = error.validator_value
    return {kinds} if isinstance(kinds, str) else set(kinds)


def _quotes(error: jsonschema.ValidationError) -> str:
    if error.validator == "type" and "string" in _kinds(error) and isinstance(error.instance, bool):
        return "; YAML takes yes, no, on and off for true and false: put such a name in quotes"
    return ""


def _without_end(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], float]]:
    """The place of each number that is infinite or none, and the number: the schema's bounds let both pass."""
    if isinstance(value, float) and not math.isfinite(value):
        yield place, value
    elif isinstance(value, dict | list):
        for name, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _without_end(each, (*place, name))


def _option(rule: dict[str, Any]) -> str:
    if "const" in rule:
        return f"`{rule['const']}`"
    if "enum" in rule:
        return " or ".join(f"`{value}`" for value in rule["enum"])
    kinds = [kind for kind in ([rule["type"]] if isinstance(rule["type"], str) else rule["type"]) if kind != "null"]
    least = f" of at least {rule['minimum']}" if "minimum" in rule else ""
    least = f" from {rule['minimum']} to {rule['maximum']}" if {"minimum", "maximum"} <= rule.keys() else least
    return f"{'a whole number' if 'integer' in kinds else 'a number'}{least}"


def _unknown(key: str, name: str, schema: dict[str, Any]) -> str:
    known = sorted(schema["properties"])
    near = difflib.get_close_matches(name, known, n=1)
    remedy = f"did you mean `{near[0]}`?" if near else f"known keys are {', '.join(known)}"
    return f"`{_join(key, name)}` is no known key; {remedy}"


def _key(place: Iterable[str | int]) -> str:
    return ".".join(map(str, place))


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
