"""What declares itself, found by its file: families by their folder's family.py, and likewise figures, scores, tables.

Nothing else in the house lists them. A family.py needs pydantic and the standard library alone, for plans read it; this
module the latter alone.
"""

import importlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

_LIBRARY = Path(__file__).resolve().parents[1]
DEFAULT_FAMILY = {"generators": "dcgan", "selections": "genetic", "classifiers": "timm_zoo"}


@cache
def families(kind: str) -> Mapping[str, Any]:
    """The families of `generators`, `classifiers` or `selections` by name: what each family.py declares as FAMILY."""
    return MappingProxyType({name: family(kind, name) for name in names(kind)})


@cache
def names(kind: str) -> tuple[str, ...]:
    """Their names, without importing one."""
    return tuple(sorted(path.parent.name for path in (_LIBRARY / kind).glob("*/family.py")))


def family(kind: str, name: str) -> Any:
    """One family, without importing the others."""
    return importlib.import_module(f"augury.{kind}.{name}.family").FAMILY


def declared(kind: str, pattern: str, constant: str) -> dict[str, Any]:
    """What each module of a kind that the pattern names declares, by its folder or, without one, its file; in order."""
    by_name = {}
    for path in sorted((_LIBRARY / kind).glob(pattern)):
        module = ".".join(path.relative_to(_LIBRARY.parent).with_suffix("").parts)
        name = path.parent.name if "/" in pattern else path.stem
        by_name[name] = getattr(importlib.import_module(module), constant)
    return dict(sorted(by_name.items(), key=lambda item: item[1].order))


def family_of(kind: str, entry: Mapping[str, Any], name: str = "") -> str:
    """The name of the family of a config's entry: what it says, or its own name `name` where that is one's."""
    return str(entry.get("family") or (name if is_family(kind, name) else DEFAULT_FAMILY.get(kind)))


def is_family(kind: str, name: str) -> bool:
    """Whether there is a family of that name."""
    return name in names(kind)
