"""What a field takes, read off its type: in words for people, and step by step along the place of a mistake."""

import dataclasses
import types
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types
from pydantic import Tag
from pydantic.fields import FieldInfo

from augury.settings.base import Settings, meanings

_UNIONS = (Union, types.UnionType)
_BOUNDS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
_LIMITS = {"ge": annotated_types.Ge, "gt": annotated_types.Gt, "le": annotated_types.Le, "lt": annotated_types.Lt}
_WORDS = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: "text",
    list: "a list",
    dict: "a section",
}


@dataclasses.dataclass(frozen=True)
class Member:
    """One of the types that a field takes, without what is written round it.

    kind: int, float, bool, str, list, dict, a model, or Literal, whose values are `values`. bounds: by ge, gt, le, lt.
    inner: of a list its items, of a section its values. tag: the family that a model is for.
    """

    kind: Any
    bounds: dict[str, float]
    values: tuple[Any, ...] = ()
    inner: Any = None
    tag: str = ""

    @property
    def is_section(self) -> bool:
        """Whether it is written as a section."""
        return self.kind is dict or self.is_model

    @property
    def is_model(self) -> bool:
        """Whether it has fields of its own."""
        return isinstance(self.kind, type) and issubclass(self.kind, Settings)


def members(annotation: Any, metadata: Sequence[Any] = ()) -> Iterator[Member]:
    """The types that an annotation allows, each once; None is one of them where a field may be left empty."""
    notes = list(metadata)
    while get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        notes = [*more, *notes]
    origin = get_origin(annotation)
    if origin in _UNIONS:
        for each in get_args(annotation):
            yield from members(each, notes)
        return
    tags = [note.tag for note in notes if isinstance(note, Tag)]
    arguments = get_args(annotation)
    yield Member(
        kind=Literal if origin is Literal else None if annotation is types.NoneType else origin or annotation,
        bounds=_bounds(notes),
        values=arguments if origin is Literal else (),
        inner=arguments[-1] if origin in (list, dict) else None,
        tag=tags[0] if tags else "",
    )


def of_field(field: FieldInfo) -> list[Member]:
    """The types that a field of a model takes."""
    return list(members(field.annotation, field.metadata))


def may_be_empty(kinds: Sequence[Member]) -> bool:
    """Whether a field of these types may be left empty."""
    return any(each.kind is None for each in kinds)


def in_words(kinds: Sequence[Member]) -> str:
    """What a field of these types takes, as a sentence ends: `a whole number or left empty`."""
    named = [each for each in kinds if each.kind is not None]
    if len(named) == 1 and named[0].kind is Literal:
        return "one of " + ", ".join(map(plain, named[0].values))
    if len(named) == 1:
        return _word(named[0]) + (" or left empty" if may_be_empty(kinds) else "")
    return " or ".join(dict.fromkeys(map(_option, named)))


def bounded(each: Member) -> str:
    """The bounds of a number: ` of at least 1`, ` from 8 to 16`; empty without any."""
    if {"ge", "le"} <= each.bounds.keys():
        return f" from {each.bounds['ge']:g} to {each.bounds['le']:g}"
    return f" of at least {each.bounds['ge']:g}" if "ge" in each.bounds else ""


def signs(each: Member) -> list[str]:
    """Its bounds as a table says them: `>= 0`, `< 1`."""
    return [f"{sign} {each.bounds[name]:g}" for name, sign in _BOUNDS.items() if name in each.bounds]


def _option(each: Member) -> str:
    if each.kind is Literal:
        return " or ".join(f"`{plain(value)}`" for value in each.values)
    return f"{_word(each)}{bounded(each)}"


def _word(each: Member) -> str:
    return "a section" if each.is_section else _WORDS.get(each.kind, "text")


def plain(value: Any) -> str:
    """A value as YAML has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _bounds(notes: Sequence[Any]) -> dict[str, float]:
    plain = [each for note in notes for each in (note.metadata if isinstance(note, FieldInfo) else [note])]
    return {name: getattr(each, name) for each in plain for name, kind in _LIMITS.items() if isinstance(each, kind)}


@dataclasses.dataclass(frozen=True)
class Location:
    """A place in a config: its key, the types that it takes, and its meaning."""

    key: tuple[str | int, ...]
    kinds: list[Member]
    meaning: str

    @property
    def name(self) -> str:
        """The key with dots, as sentences name it."""
        return ".".join(map(str, self.key))


def locate(model: type[Settings], steps: Sequence[str | int]) -> Location:
    """Where in a config a mistake stands; the steps are pydantic's, which name branches of unions among the keys."""
    location = Location((), [Member(model, {})], "")
    for step in steps:
        inner = _below(location, step)
        if inner is None:
            break
        location = inner
    return location


def _below(location: Location, step: str | int) -> Location | None:
    tagged = [each for each in location.kinds if each.tag]
    if any(each.tag == step for each in tagged):
        return dataclasses.replace(location, kinds=[each for each in tagged if each.tag == step])
    for each in location.kinds:
        if each.is_model:
            fields = {field.alias or name: (name, field) for name, field in each.kind.model_fields.items()}
            if step in fields:
                name, field = fields[str(step)]
                return Location((*location.key, str(step)), of_field(field), meanings(each.kind).get(name, ""))
        elif each.kind in (list, dict) and isinstance(step, int if each.kind is list else str) and step != "[key]":
            return Location((*location.key, step), list(members(each.inner)), "")
    return None
