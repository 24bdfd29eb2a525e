"""What rules compare beside their code and files: an environment's pins, and words that the report repeats.

What figures, tables and scores say of themselves is in no digest of code.
"""

import hashlib
import importlib
import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import yaml

from augury.citing.reference import declared_in
from augury.citing.scores import CITING
from augury.figures.catalogue import FIGURES
from augury.scores.catalogue import SCORES
from augury.settings.families import families
from augury.tables.catalogue import TABLES
from augury.tables.columns import described


def pins(path: str | Path) -> list[str]:
    """The packages of a conda environment file, pip's included, as sorted `name==version` or `name=version`."""
    lines: list[str] = []
    for entry in yaml.safe_load(Path(path).read_text(encoding="utf-8"))["dependencies"]:
        lines += entry["pip"] if isinstance(entry, dict) else [entry]
    return sorted(lines)


EXPLAINING = ("grad-cam", "opencv-python-headless", "umap-learn")  # packages that explanations alone need


@cache
def pins_digest(path: str | Path, without: Sequence[str] = ()) -> str:
    """A digest of the pins alone, but for packages that are named: a comment changes nothing, a version does."""
    kept = [pin for pin in pins(path) if pin.partition("=")[0] not in without]
    return hashlib.sha256("\n".join(kept).encode()).hexdigest()[:16]


def texts_digest(paths: Iterable[str | Path]) -> str:
    """Changes with what these files hold, in their order, and not with where they lie."""
    return hashlib.sha256(b"\0".join(Path(path).read_bytes() for path in paths)).hexdigest()[:16]


def words_digest() -> str:
    """Changes with their titles, their order, the meaning of their columns, how they are shown, and what is cited."""
    figures = {
        name: (each.order, each.title, each.description, each.leads, each.opens) for name, each in FIGURES.items()
    }
    tables = {name: (each.order, each.title, each.apart, described(each.row)) for name, each in TABLES.items()}
    scores = {name: [(one.head, one.form, one.better) for one in each.columns] for name, each in SCORES.items()}
    words = [figures, tables, scores, _cited()]
    return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()[:16]


def _cited() -> dict[str, list[str]]:
    """What a paper calls each family, and the references that families and scores declare."""
    made = {module: [""] for module in (*CITING.values(), "augury.citing.shared")}
    for kind in ("generators", "classifiers", "selections"):
        made |= {f"augury.{kind}.{name}.family": [each.called] for name, each in families(kind).items()}
    return {
        module: [*words, *map(repr, declared_in(importlib.import_module(module)))] for module, words in made.items()
    }
