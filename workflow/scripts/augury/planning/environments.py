"""What an environment pins, apart from comments and order."""

import hashlib
from functools import cache
from pathlib import Path

import yaml


def pins(path: str | Path) -> list[str]:
    """The packages of a conda environment file, pip's included, as sorted `name==version` or `name=version`."""
    lines: list[str] = []
    for entry in yaml.safe_load(Path(path).read_text(encoding="utf-8"))["dependencies"]:
        lines += entry["pip"] if isinstance(entry, dict) else [entry]
    return sorted(lines)


@cache
def pins_digest(path: str | Path) -> str:
    """A digest of the pins alone: a comment in the file changes nothing, another version does."""
    return hashlib.sha256("\n".join(pins(path)).encode()).hexdigest()[:16]
