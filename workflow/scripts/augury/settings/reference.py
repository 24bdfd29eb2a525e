"""The reference of all config keys in Markdown, made from the models of settings so that it cannot fall behind."""

import json
from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from augury.settings.base import Settings, meanings
from augury.settings.families import families
from augury.settings.fields import Member, in_words, members, of_field, signs
from augury.study.config import Config

_ENTRIES = ("arms", "ensembles", "pools")
_HEAD = ["| key | values | default | meaning |", "|---|---|---|---|"]


def markdown() -> str:
    """Tables of key, values, default and meaning: the study's first, then one for each kind of entry."""
    parts = ["### The study", "", *_HEAD, *_rows(Config)]
    nested: dict[str, type[Settings]] = {}
    for name in _ENTRIES:
        (entry,) = members(Config.model_fields[name].annotation)
        parts += _section(f"One entry of `{name}`", next(members(entry.inner)).kind, nested)
    for kind in ("generators", "selections", "classifiers"):
        for name, family in families(kind).items():
            parts += _section(f"One entry of `{kind}` with `family: {name}`", family.settings, nested, family.prose)
    for name, model in nested.items():
        parts += _section(name, model, {})
    return "\n".join(parts) + "\n"


def _section(title: str, model: type[Settings], nested: dict[str, type[Settings]], prose: str = "") -> list[str]:
    for name, field in model.model_fields.items():
        model_kind = next((each.kind for each in of_field(field) if each.is_model), None)
        if model_kind is not None and model_kind not in nested.values():
            nested[f"`{name}`"] = model_kind
    return ["", f"### {title}", "", *([prose, ""] if prose else []), *_HEAD, *_rows(model)]


def _rows(model: type[Settings], prefix: str = "") -> Iterator[str]:
    meaning_of = meanings(model)
    for name, field in model.model_fields.items():
        if name == "family":
            continue
        kinds, key = of_field(field), field.alias or name
        yield f"| `{prefix}{key}` | {_values(kinds)} | {_default(field)} | {meaning_of[name]} |"
        for each in kinds:
            if each.is_model and each.kind.__module__.startswith("augury.study."):
                yield from _rows(each.kind, f"{prefix}{key}.")


def _values(kinds: Sequence[Member]) -> str:
    return " or ".join(dict.fromkeys(_one(each) for each in kinds if each.kind is not None))


def _one(each: Member) -> str:
    if each.kind is Literal:
        return ", ".join(f"`{json.dumps(value).strip(chr(34))}`" for value in each.values)
    word = "`true`, `false`" if each.kind is bool else in_words([each]).removeprefix("a ")
    return ", ".join([word, " and ".join(signs(each))] if each.bounds else [word])


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is PydanticUndefined:
        return "needed"
    if isinstance(value, Settings):
        value = value.model_dump(exclude_defaults=True)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is None or value in ({}, []):
        return ""
    return f"`{value}`" if isinstance(value, str) else f"`{json.dumps(value)}`"
