"""Settings in a sentence: the main ones, and whatever is not its default."""

from collections.abc import Mapping, Sequence
from typing import Any

from augury.report.values import listed
from augury.settings.base import Settings

# What is told elsewhere, or cannot change a result.
_ELSEWHERE = ("family", "device", "classes", "pretrained", "architecture", "backbones", "init_from", "precision",
              "folder", "pool", "duration_unit", "snapshots", "snapshot_every")  # fmt: skip
_UNITS = {"_px": " px", "_kimg": " kimg", "_degrees": " degrees"}
MAIN = (
    "size_px",
    "channels",
    "class_conditional",
    "duration",
    "epochs",
    "batch",
    "optimiser",
    "learning_rate",
    "augmentation",
)


def told(settings: Settings, resolved: Mapping[str, Any] | None = None, without: Sequence[str] = ()) -> str:
    """Names and values: size 64 px, batch 32 ... resolved: values of keys that the config leaves to be derived."""
    values = {**settings.model_dump(), **{key: value for key, value in (resolved or {}).items() if value is not None}}
    pairs = []
    for key, field in type(settings).model_fields.items():
        chosen, default = getattr(settings, key), field.get_default(call_default_factory=True)
        if (
            key in (*_ELSEWHERE, *without)
            or (key not in MAIN and chosen == default)
            or values.get(key) in (None, [], {})
        ):
            continue
        if words := _pair(key, chosen if isinstance(chosen, Settings) else values[key], values):
            pairs.append(words)
    return listed(pairs)


def augmentation(settings: Settings) -> str:
    """What a section changes: flip horizontal, rotation 15 degrees; empty where it changes nothing."""
    chosen = {key: getattr(settings, key) for key in type(settings).model_fields}
    defaults = {key: field.get_default(call_default_factory=True) for key, field in type(settings).model_fields.items()}
    off = {key: value for key, value in chosen.items() if value in (False, 0, "none")}
    kept = {key: value for key, value in chosen.items() if key not in off and (value != defaults[key] or value is True)}
    return listed([_pair(key, value, chosen) for key, value in kept.items()]) if kept else ""


def _pair(key: str, value: Any, values: Mapping[str, Any]) -> str:
    if key == "duration":
        return f"duration {value:g} {values['duration_unit']}"
    if key == "class_conditional":
        return "one network for all classes that was told the class" if value else "one network per class"
    name = key.rstrip("_").replace("_", " ")
    for end, unit in _UNITS.items():
        if key.endswith(end):
            return f"{name.removesuffix(end.replace('_', ' '))} {_plain(value)}{unit}"
    if isinstance(value, Settings):
        inner = augmentation(value)
        return f"{name} ({inner})" if inner else ""
    if isinstance(value, bool):
        return name if value else f"no {name}"
    return f"{name} {_plain(value)}"


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"({', '.join(f'{key} {_plain(each)}' for key, each in value.items())})"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(_plain, value))
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")
