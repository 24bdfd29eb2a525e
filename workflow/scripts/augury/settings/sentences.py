"""What is wrong with settings, in sentences that name the key and the remedy."""

import difflib
import json
import math
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from augury.images.files import shown
from augury.settings.base import Settings
from augury.settings.fields import Location, Member, in_words, locate

_LONGEST = 120  # characters of a value that a sentence repeats
_BOUNDS = {"greater_than_equal": "at least", "greater_than": "more than", "less_than_equal": "at most"}
_BOUNDS |= {"less_than": "less than"}
_LIMITS = {"ge", "gt", "le", "lt"}


def problems(model: type[Settings], error: ValidationError) -> list[str]:
    """One sentence for each key of a model that is wrong, in the order of the keys."""
    sentences: dict[str, str] = {}
    for each in sorted(error.errors(include_url=False), key=lambda each: str(list(each["loc"]))):
        location = locate(model, each["loc"])
        # Of a choice of types each says once more that it is not met: one sentence for all.
        key = location.name if each["type"] != "extra_forbidden" else ".".join(map(str, each["loc"]))
        if key not in sentences or each["type"] in _BOUNDS or each["type"] == "finite_number":
            sentences[key] = _sentence(location, each)
    return list(sentences.values())


def _sentence(location: Location, error: Mapping[str, Any]) -> str:
    kind, value = error["type"], error["input"]
    if kind == "extra_forbidden":
        return _unknown(location, str(error["loc"][-1]))
    if kind == "missing":
        return f"`{location.name}` is missing: {location.meaning or 'set it'}"
    if error["loc"] and error["loc"][-1] == "[key]":
        named = shown(".".join(map(str, error["loc"][:-1])))
        return f"`{named}`: use letters, digits, `_`, `-`, `+` and `.` in the name, a letter or digit first"
    if kind == "union_tag_invalid":
        known = ", ".join(sorted(each.tag for each in location.kinds if each.tag))
        return f"`{location.name}.family` is {_shown(value['family'])}; it must be one of {known}"
    about = f" ({location.meaning.rstrip('.')})" if location.meaning else ""
    wanted = f"{_wanted(location, error)}{about}{_quotes(location, value)}"
    return f"`{location.name}` is {_shown(value)}; it must be {wanted}"


def _wanted(location: Location, error: Mapping[str, Any]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    named = [each for each in location.kinds if each.kind is not None]
    if kind in _BOUNDS and len(named) == 1:
        return f"{_BOUNDS[kind]} {next(context[name] for name in _LIMITS if name in context):g}"
    if kind == "finite_number" and any(each.kind is float for each in named):
        return "a finite number"
    if kind == "repeated":
        return "a list without repetitions"
    if kind == "too_short":
        return f"a list of at least {context['min_length']}"
    if kind == "too_long":
        return f"a list of at most {context['max_length']}"
    if kind == "string_too_short":
        return "filled in"
    if kind == "string_too_long":
        return f"of at most {context['max_length']} characters"
    if kind == "string_pattern_mismatch":
        return f"of the form {context['pattern']}, on one line"
    words = in_words(location.kinds)
    if several := [each for each in named if each.is_section or each.kind is list]:
        words += f", as in {_form(str(location.key[-1]) if location.key else 'images', several[0])}"
    return words


def _form(name: str, each: Member) -> str:
    """What a section or a list looks like, on one line."""
    if each.kind is list:
        return f"`{name}: [..., ...]`"
    if not each.is_model:
        return f"`{name}: {{NAME: ...}}`"
    fields = list(each.kind.model_fields.items())[:2]
    # The family says what an entry is: the others can be left out.
    fields = fields[:1] if fields[0][0] == "family" else fields
    return f"`{name}: {{{', '.join(f'{key}: {_example(field.default)}' for key, field in fields)}}}`"


def _example(default: Any) -> str:
    plain = isinstance(default, bool | int | float | str)
    return json.dumps(default).strip('"') if plain else "..."


def _unknown(location: Location, name: str) -> str:
    models = [each.kind for each in location.kinds if each.is_model]
    known = sorted(field.alias or key for model in models for key, field in model.model_fields.items())
    new = next((model.renamed[name] for model in models if name in model.renamed), None)
    near = difflib.get_close_matches(name, known, n=1)
    remedy = f"did you mean `{near[0]}`?" if near else f"known keys are {', '.join(known)}"
    if name.isdigit():  # of {validation: 0,1}, in which YAML sees two entries
        remedy = f"decimals follow a point, as in 0.{name}; {remedy}"
    return f"`{'.'.join(map(str, (*location.key, name)))}` is an unknown key; {f'it is `{new}` now' if new else remedy}"


def _shown(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value).replace("inf", ".inf").replace("nan", ".nan")
    # A date of YAML's is no value of JSON's.
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."


def _quotes(location: Location, value: Any) -> str:
    if isinstance(value, bool) and any(each.kind is str for each in location.kinds):
        return "; YAML takes yes, no, on and off for true and false: put such a name in quotes"
    return ""
