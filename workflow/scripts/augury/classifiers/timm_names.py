"""Names of timm's models, without importing it: a plan asks for them. Standard library only."""

import difflib
import importlib.util
import re
from functools import cache
from pathlib import Path


def name_problems(architecture: str) -> list[str]:
    """One sentence where timm has no such model; none where timm is not installed here."""
    known = _names()
    name = architecture.partition(".")[0]  # a tag such as .a1_in1k names weights
    if not known or name in known:
        return []
    near = difflib.get_close_matches(name, known, n=3)
    return [f"timm has no {name}; " + (f"did you mean {' or '.join(near)}?" if near else "see timm.list_models()")]


@cache
def _names() -> frozenset[str]:
    """The functions that timm's source registers."""
    spec = importlib.util.find_spec("timm")
    folders = list(spec.submodule_search_locations or []) if spec else []
    names: set[str] = set()
    for folder in folders:
        for path in (Path(folder) / "models").glob("*.py"):
            names |= set(re.findall(r"^@register_model\ndef (\w+)", path.read_text(encoding="utf-8"), re.M))
    return frozenset(names)
