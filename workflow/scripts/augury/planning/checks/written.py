"""What a config's author wrote, where YAML made something else of it.

YAML 1.1 reads `NO` as false, `2024-05-01` as a date, `2020_01` as the number 202001, `12:30` as 750 and `007` as 7.
Where the schema asks for a text, the author meant the text: the files are read again, every scalar as it is written.
"""

import datetime
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import yaml

from augury.settings.fields import Member, members, of_field
from augury.study.config import Config

# 010, which YAML takes for 8, and 1:30, which it takes for 90.
_OF_OTHER_BASE = re.compile(r"[-+]?(?:0[0-7_]+|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)")


class _Texts(yaml.SafeLoader):
    """Reads every plain scalar as its text, and merges `<<` as ever."""


_Texts.yaml_implicit_resolvers = {"<": yaml.SafeLoader.yaml_implicit_resolvers["<"]}


def texts_of(paths: Iterable[str | Path]) -> dict[str, Any]:
    """Config files laid over each other in their order, every scalar as text; what cannot be read adds nothing."""
    merged: dict[str, Any] = {}
    for path in paths:
        try:
            with open(path, encoding="utf-8") as file:
                texts = yaml.load(file, _Texts)
        except (OSError, ValueError, yaml.YAMLError):
            continue
        _lay_over(merged, texts if isinstance(texts, dict) else {})
    return merged


def as_meant(config: dict[str, Any], texts: dict[str, Any]) -> dict[str, Any]:
    """A copy of a config in which names and other texts are as they were written.

    A value takes its text only where that text is what YAML read the value from: what the command line sets stays.
    """
    return _meant(config, [Member(Config, {})], texts)


def misread(words: Iterable[str]) -> list[str]:
    """A sentence for each `--config NAME=VALUE` among the words of a command whose text became another number.

    Snakemake reads `2020_01` and `007` as numbers; nothing else knows what was typed.
    """
    problems, given = [], False
    for word in words:
        inline = word.startswith("--config=")
        if word.startswith("-") and not inline:
            given = word in ("--config", "-C")
            continue
        name, _, text = word.removeprefix("--config=").partition("=")
        value = _number(text) if given or inline else None
        field = Config.model_fields.get(name)
        if value is not None and str(value) != text and field and "text" in _kinds(of_field(field)):
            problems.append(f"`{name}` on the command line was read as {value}; quote it: --config '{name}=\"{text}\"'")
    return problems


def _number(text: str) -> int | float | None:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return None


def _lay_over(merged: dict[str, Any], later: dict[str, Any]) -> None:
    for name, each in later.items():
        if isinstance(each, dict) and isinstance(merged.get(name), dict):
            _lay_over(merged[name], each)
        else:
            merged[name] = each


def _meant(value: Any, kinds: Sequence[Member], text: Any) -> Any:
    if isinstance(value, dict):
        texts = text if isinstance(text, dict) else {}
        names = {_key(_read(name)): name for name in texts if isinstance(name, str)}
        meant = {}
        for name, each in value.items():
            written = names.get(_key(name))
            called = name if isinstance(name, str) else written or str(name)
            meant[called] = _meant(each, _below(kinds, called), texts.get(written))
        return meant
    if isinstance(value, list):
        words = text if isinstance(text, list) and len(text) == len(value) else [None] * len(value)
        items = [below for each in kinds if each.kind is list for below in members(each.inner)]
        return [_meant(each, items, written) for each, written in zip(value, words, strict=True)]
    return _scalar(value, kinds, text)


def _scalar(value: Any, wanted: Sequence[Member], text: Any) -> Any:
    kinds = _kinds(wanted)
    if isinstance(text, str) and _OF_OTHER_BASE.fullmatch(text) and _key(_read(text)) == _key(value):
        return text
    if value is None or isinstance(value, str) or "text" not in kinds or _kind_of(value) in kinds:
        return value
    if isinstance(text, str) and _key(_read(text)) == _key(value):
        return text
    return value.isoformat() if isinstance(value, datetime.date) else value


def _below(kinds: Sequence[Member], name: str) -> list[Member]:
    """What a key of a section may be."""
    below: list[Member] = []
    for each in kinds:
        if each.is_model:
            fields = {field.alias or key: field for key, field in each.kind.model_fields.items()}
            below += of_field(fields[name]) if name in fields else []
        elif each.kind is dict:
            below += members(each.inner)
    return below


def _kinds(wanted: Sequence[Member]) -> set[str]:
    named = {str: "text", int: "number", float: "number", bool: "flag"}
    kinds = {named[each.kind] for each in wanted if each.kind in named}
    return kinds | {_kind_of(value) for each in wanted if each.kind is Literal for value in each.values}


def _kind_of(value: Any) -> str:
    if isinstance(value, bool):
        return "flag"
    return "number" if isinstance(value, int | float) else "text" if isinstance(value, str) else ""


def _read(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text


def _key(value: Any) -> tuple[str, str]:
    # 1, 1.0 and true are one key of a dict.
    return type(value).__name__, str(value)
