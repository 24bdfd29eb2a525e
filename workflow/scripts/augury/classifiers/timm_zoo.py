"""Any image model of the timm library, by its name there: `architecture: tf_efficientnet_lite0`.

Grey images enter through a first layer of one channel, to which pretrained weights are adapted by summing over colours.
"""

import difflib
from pathlib import Path
from typing import Any

import timm
import torch
from torch import nn

from augury.classifiers import pretrained, sources
from augury.classifiers.network import Classifier, Normalise
from augury.command.errors import UserError

PLAIN_CONVOLUTIONS = False  # many of its models are depthwise, and those are slower in bf16 on a CPU


class ZooClassifier(Classifier):
    """A timm model behind its normalisation."""

    def feature_maps(self, images: torch.Tensor) -> torch.Tensor:
        return self.network.forward_features(self.normalise(images))

    def features(self, images: torch.Tensor) -> torch.Tensor:
        return self.network.forward_head(self.feature_maps(images), pre_logits=True)

    @property
    def head(self) -> nn.Module:
        return self.network.get_classifier()


def build_classifier(description: dict[str, Any]) -> ZooClassifier:
    """The network that a classifier.json describes, with random weights from torch's global generator.

    Raises UserError when timm has no such architecture, or it does not take images of this size.
    """
    settings, channels = description["settings"], description["channels"]
    options = {"num_classes": len(description["classes"]), "in_chans": channels, "drop_rate": settings["dropout"]}
    network = create(settings["architecture"], description["size_px"], **options)
    mean, deviation = network.pretrained_cfg["mean"], network.pretrained_cfg["std"]
    return ZooClassifier(Normalise(*pretrained.for_channels(mean, deviation, channels)), network)


def start_from_pretrained(
    classifier: ZooClassifier, description: dict[str, Any], weights: Path
) -> dict[str, str] | None:
    """Fill all but the head with the weights that `pretrained: auto | true | false | PATH` asks for.

    weights: the folder in which files named after architectures are looked for. Returns {source, sha256}, or None for
    false. Raises UserError when there are none, or they are not of this architecture.
    """
    wanted = description["settings"]["pretrained"]
    if wanted is False:
        return None
    found = sources.find(description["settings"]["architecture"], wanted, weights)
    pretrained.load(classifier, found)
    return {"source": found.source, "sha256": found.sha256}


def create(architecture: str, size_px: int, **options: Any) -> nn.Module:
    """timm's model with random weights. Raises UserError for an unknown name or a size that it does not take."""
    if not timm.is_model(architecture):
        near = difflib.get_close_matches(architecture, timm.list_models(), 3)
        hint = f"did you mean {' or '.join(near)}?" if near else "timm.list_models() names them all"
        raise UserError(f"`architecture: {architecture}` is not known to timm {timm.__version__}; {hint}")
    config = timm.get_pretrained_cfg(architecture)
    if config is not None and config.fixed_input_size:
        options["img_size"] = size_px
    try:
        return timm.create_model(architecture, pretrained=False, **options)
    except AssertionError as error:
        raise UserError(f"{architecture} takes no images of {size_px} px ({error}); set `size_px` to another") from None
