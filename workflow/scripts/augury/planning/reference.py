"""The reference of all config keys in Markdown, made from the schema so that it cannot fall behind."""

import json
from typing import Any

from augury.planning.defaults import load_schema, resolve

_SECTIONS = {
    "arm": "One entry of `arms`",
    "augmentation": "`augmentation` and `classical_augmentation`",
    "dcgan": "One entry of `generators` with `family: dcgan`",
    "stylegan2": "One entry of `generators` with `family: stylegan2`",
    "copier": "One entry of `generators` with `family: copier`",
    "external": "One entry of `generators` with `family: external`",
    "ada": "`ada` of a generator",
    "lecam": "`lecam` of a generator",
    "init_from": "`init_from` of a generator",
    "genetic": "One entry of `selections` with `family: genetic`",
    "believable": "`believable` of a genetic search",
    "truncation": "One entry of `selections` with `family: truncation`",
    "farthest_point": "One entry of `selections` with `family: farthest_point`",
    "uncertainty": "One entry of `selections` with `family: uncertainty`",
    "four_block_cnn": "One entry of `classifiers` with `family: four_block_cnn`",
    "lenet5": "One entry of `classifiers` with `family: lenet5`",
    "dcgan_discriminator": "One entry of `classifiers` with `family: dcgan_discriminator`",
    "probe": "One entry of `classifiers` with `family: probe`",
    "timm_zoo": "One entry of `classifiers` with `family: timm_zoo`",
    "torchvision_zoo": "One entry of `classifiers` with `family: torchvision_zoo`",
    "ensemble": "One entry of `ensembles`",
}


def markdown() -> str:
    """Tables of key, values, default and meaning: the study's first, then one for each kind of entry."""
    schema = load_schema()
    parts = ["### The study", "", *_table(schema, "")]
    for name, title in _SECTIONS.items():
        parts += ["", f"### {title}", "", *_table(schema["$defs"][name], "")]
    return "\n".join(parts) + "\n"


def _table(schema: dict[str, Any], prefix: str) -> list[str]:
    head = ["| key | values | default | meaning |", "|---|---|---|---|"] if not prefix else []
    rows = []
    for name, rule in schema["properties"].items():
        rule = resolve(rule)
        if "const" in rule:
            continue
        rows.append(f"| `{prefix}{name}` | {_values(rule)} | {_default(rule)} | {rule['description']} |")
        if "properties" in rule and name in (
            "labels",
            "specimens",
            "preparation",
            "enlarging",
            "split",
            "scores",
            "statistics",
            "primary",
            "explain",
            "published",
        ):
            rows += _table(rule, f"{prefix}{name}.")
    return head + rows


def _values(rule: dict[str, Any]) -> str:
    if "enum" in rule:
        return ", ".join(f"`{json.dumps(value).strip(chr(34))}`" for value in rule["enum"])
    if "anyOf" in rule:
        return " or ".join(_option(each) for each in rule["anyOf"])
    kinds = rule.get("type", "text")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    words = " or ".join(_WORDS[kind] for kind in kinds if kind != "null")
    bounds = [f"{sign} {rule[key]}" for key, sign in _BOUNDS.items() if key in rule]
    return f"{words}, {' and '.join(bounds)}" if bounds else words


def _option(rule: dict[str, Any]) -> str:
    return f"`{rule['const']}`" if "const" in rule else _values(rule)


def _default(rule: dict[str, Any]) -> str:
    if "default" not in rule:
        return "needed"
    value = rule["default"]
    if value is None:
        return ""
    return f"`{value}`" if isinstance(value, str) else f"`{json.dumps(value)}`" if value not in ({}, []) else ""


_WORDS = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "`true`, `false`",
    "array": "list",
    "object": "section",
}
_BOUNDS = {"minimum": ">=", "exclusiveMinimum": ">", "maximum": "<=", "exclusiveMaximum": "<"}
