"""What is wrong with a config, told in sentences that name the key and the remedy."""

import difflib
import json
from typing import Any

import jsonschema

from augury.planning.defaults import load_schema, resolve


def problems(config: dict[str, Any]) -> list[str]:
    """One sentence for each place where a completed config breaks the schema, with its key and the remedy."""
    validator = jsonschema.Draft202012Validator(load_schema())
    return [sentence(error) for error in sorted(validator.iter_errors(config), key=lambda error: str(list(error.path)))]


def sentence(error: jsonschema.ValidationError) -> str:
    """What is wrong at one place, with its key and the remedy."""
    key = ".".join(str(part) for part in error.absolute_path)
    schema = resolve(error.schema) if isinstance(error.schema, dict) else {}
    if error.validator == "additionalProperties":
        return "; ".join(
            _unknown(key, name, schema) for name in sorted(error.instance.keys() - schema["properties"].keys())
        )
    if error.validator == "required":
        missing = sorted(set(error.validator_value) - error.instance.keys())
        return f"`{_join(key, missing[0])}` is missing: {schema['properties'][missing[0]].get('description', 'set it')}"
    if error.validator == "pattern" and "propertyNames" in map(str, error.absolute_schema_path):
        named = _join(key, str(error.instance))
        return f"`{named}`: use letters, digits, `_`, `-`, `+` and `.` in the name, a letter or digit first"
    wanted = _WANTED.get(error.validator, lambda value: error.message)(error.validator_value)
    about = f" ({schema['description'].rstrip('.')})" if "description" in schema else ""
    return f"`{key}` is {json.dumps(error.instance, ensure_ascii=False)}; it must be {wanted}{about}"


_WANTED = {
    "enum": lambda values: "one of " + ", ".join(json.dumps(value).strip('"') for value in values),
    "const": lambda value: str(value),
    "type": lambda kinds: " or ".join([kinds] if isinstance(kinds, str) else kinds).replace("null", "left empty"),
    "minimum": lambda bound: f"at least {bound}",
    "maximum": lambda bound: f"at most {bound}",
    "exclusiveMinimum": lambda bound: f"more than {bound}",
    "exclusiveMaximum": lambda bound: f"less than {bound}",
    "minItems": lambda count: f"a list of at least {count}",
    "uniqueItems": lambda _: "a list without repetitions",
    "pattern": lambda pattern: f"of the form {pattern}",
    "anyOf": lambda options: " or ".join(map(_option, options)),
}


def _option(rule: dict[str, Any]) -> str:
    if "const" in rule:
        return f"`{rule['const']}`"
    kinds = [kind for kind in ([rule["type"]] if isinstance(rule["type"], str) else rule["type"]) if kind != "null"]
    least = f" of at least {rule['minimum']}" if "minimum" in rule else ""
    return f"{'a whole number' if 'integer' in kinds else 'a number'}{least}"


def _unknown(key: str, name: str, schema: dict[str, Any]) -> str:
    known = sorted(schema["properties"])
    near = difflib.get_close_matches(name, known, n=1)
    remedy = f"did you mean `{near[0]}`?" if near else f"known keys are {', '.join(known)}"
    return f"`{_join(key, name)}` is no known key; {remedy}"


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
