"""What a plan can know of networks without importing them: whether their name exists and their weights are there."""

import difflib
import importlib.util
import re
from functools import cache
from pathlib import Path
from typing import Any

from augury.classifiers.sizes import check_size
from augury.classifiers.sources import FOLDER
from augury.command.errors import UserError
from augury.generators.dcgan.sizes import base_and_doublings
from augury.planning.weights import weight_problems
from augury.scores.naming import INCEPTION


def network_problems(config: dict[str, Any]) -> list[str]:
    """Architectures that timm does not have, sizes that networks do not take, weights that are not on this machine."""
    found = []
    for name, settings in config["classifiers"].items():
        key = f"classifiers.{name}"
        found += [f"`{key}.size_px`: {said}" for said in _size_problems(settings)]
        if settings["family"] == "timm_zoo":
            found += [f"`{key}.architecture`: {said}" for said in _name_problems(settings["architecture"])]
        for backbone in settings.get("backbones", []):
            found += [f"`{key}.backbones`: {said}" for said in _name_problems(backbone)]
    if config["extractor"]:
        found += [f"`extractor`: {said}" for said in _extractor_problems(config["extractor"])]
    return found + weight_problems(config)


def _extractor_problems(name: str) -> list[str]:
    if name != INCEPTION:
        return _name_problems(name)
    path = FOLDER / f"{INCEPTION}.pth"
    if path.is_file():
        return []
    return [f"{path} is missing; put torch-fidelity's weights of Inception-v3 there, or name another extractor"]


def _size_problems(settings: dict[str, Any]) -> list[str]:
    try:
        if settings["family"] == "dcgan_discriminator":
            base_and_doublings(settings["size_px"])
        check_size(settings)
    except UserError as error:
        return [str(error)]
    return []


def _name_problems(architecture: str) -> list[str]:
    known = _timm_names()
    name = architecture.partition(".")[0]  # a tag such as .a1_in1k names weights
    if not known or name in known:
        return []
    near = difflib.get_close_matches(name, known, n=3)
    return [f"timm has no {name}; " + (f"did you mean {' or '.join(near)}?" if near else "see timm.list_models()")]


@cache
def _timm_names() -> frozenset[str]:
    """Names of timm's models: the functions that its source registers. Empty where timm is not installed here."""
    spec = importlib.util.find_spec("timm")
    folders = list(spec.submodule_search_locations or []) if spec else []
    names: set[str] = set()
    for folder in folders:
        for path in (Path(folder) / "models").glob("*.py"):
            names |= set(re.findall(r"^@register_model\ndef (\w+)", path.read_text(encoding="utf-8"), re.M))
    return frozenset(names)
