"""What a config's author wrote, where YAML made something else of it.

YAML 1.1 reads `NO` as false, `2024-05-01` as a date, `2020_01` as the number 202001, `12:30` as 750 and `007` as 7.
Where the schema asks for a text, the author meant the text: the files are read again, every scalar as it is written.
"""

import datetime
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import yaml

from augury.planning.defaults import load_schema, resolve

# 010, which YAML takes for 8, and 1:30, which it takes for 90.
_OF_OTHER_BASE = re.compile(r"[-+]?(?:0[0-7_]+|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)")


class _Texts(yaml.SafeLoader):
    """Reads every plain scalar as its text, and merges `<<` as ever."""

    yaml_implicit_resolvers: ClassVar = {"<": yaml.SafeLoader.yaml_implicit_resolvers["<"]}


def texts_of(paths: Iterable[str | Path]) -> dict[str, Any]:
    """Config files laid over each other in their order, every scalar as text; what cannot be read adds nothing."""
    merged: dict[str, Any] = {}
    for path in paths:
        try:
            with open(path, encoding="utf-8") as file:
                found = yaml.load(file, _Texts)
        except (OSError, ValueError, yaml.YAMLError):
            continue
        _lay_over(merged, found if isinstance(found, dict) else {})
    return merged


def as_meant(config: dict[str, Any], texts: dict[str, Any]) -> dict[str, Any]:
    """A copy of a config in which names and other texts are as they were written.

    A value takes its text only where that text is what YAML read the value from: what the command line sets stays.
    """
    return _meant(config, [load_schema()], texts)


def misread(words: Iterable[str]) -> list[str]:
    """A sentence for each `--config NAME=VALUE` among the words of a command whose text became another number.

    Snakemake reads `2020_01` and `007` as numbers; nothing else knows what was typed.
    """
    found, given = [], False
    for word in words:
        inline = word.startswith("--config=")
        if word.startswith("-") and not inline:
            given = word in ("--config", "-C")
            continue
        name, _, text = word.removeprefix("--config=").partition("=")
        value = _number(text) if given or inline else None
        rule = resolve(load_schema()["properties"].get(name, {}))
        if value is not None and str(value) != text and "string" in _kinds(rule):
            found.append(f"`{name}` on the command line was read as {value}; quote it: --config '{name}=\"{text}\"'")
    return found


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


def _meant(value: Any, rules: list[dict[str, Any]], text: Any) -> Any:
    rules = [each for rule in rules for each in _alternatives(rule)]
    if isinstance(value, dict):
        texts = text if isinstance(text, dict) else {}
        names = {_key(_read(name)): name for name in texts if isinstance(name, str)}
        found = {}
        for name, each in value.items():
            written = names.get(_key(name))
            called = name if isinstance(name, str) else written or str(name)
            found[called] = _meant(each, _rules_of(rules, called), texts.get(written))
        return found
    if isinstance(value, list):
        texts = text if isinstance(text, list) and len(text) == len(value) else [None] * len(value)
        items = [rule["items"] for rule in rules if "items" in rule]
        return [_meant(each, items, written) for each, written in zip(value, texts, strict=True)]
    return _scalar(value, rules, text)


def _scalar(value: Any, rules: list[dict[str, Any]], text: Any) -> Any:
    kinds = {kind for rule in rules for kind in _kinds(rule)}
    if isinstance(text, str) and _OF_OTHER_BASE.fullmatch(text) and _key(_read(text)) == _key(value):
        return text
    if value is None or isinstance(value, str) or "string" not in kinds or kinds & _kinds_of(value):
        return value
    if isinstance(text, str) and _key(_read(text)) == _key(value):
        return text
    return value.isoformat() if isinstance(value, datetime.date) else value


def _alternatives(rule: dict[str, Any]) -> list[dict[str, Any]]:
    """A rule, and those of which it asks one or another."""
    rule = resolve(rule)
    below = [*rule.get("anyOf", []), *(branch["then"] for branch in rule.get("allOf", []) if "then" in branch)]
    return [rule, *(each for option in below for each in _alternatives(option))]


def _rules_of(rules: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    found = [rule.get("properties", {}).get(name, rule.get("additionalProperties")) for rule in rules]
    return [rule for rule in found if isinstance(rule, dict)]


def _kinds(rule: dict[str, Any]) -> set[str]:
    named = rule.get("type", [])
    values = [*rule.get("enum", []), *([rule["const"]] if "const" in rule else [])]
    return {named} if isinstance(named, str) else {*named, *(kind for value in values for kind in _kinds_of(value))}


def _kinds_of(value: Any) -> set[str]:
    # A number is looked for as both: the schema's fractions may be written as whole numbers.
    if isinstance(value, bool):
        return {"boolean"}
    return {"integer", "number"} if isinstance(value, int | float) else {"string"} if isinstance(value, str) else set()


def _read(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text


def _key(value: Any) -> tuple[str, str]:
    # 1, 1.0 and true are one key of a dict.
    return type(value).__name__, str(value)
