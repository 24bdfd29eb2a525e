"""Any image model of the timm library, by its name there: `architecture: tf_efficientnet_lite0`.

Grey images enter through a first layer of one channel, to which pretrained weights are adapted by summing over colours.
"""

import difflib
import functools
from typing import Any, cast

import timm
import torch
from torch import nn

from augury.classifiers import pretrained
from augury.classifiers.network import Classifier, Normalise, equip
from augury.classifiers.sizes import channels_of
from augury.classifiers.sources import PACKAGED, name_in_timm
from augury.classifiers.stages import stages_of
from augury.classifiers.timm_zoo.family import TimmSettings
from augury.classifiers.zoo import ZooNetwork
from augury.command.compiler import know_shapes
from augury.command.errors import UserError

PLAIN_CONVOLUTIONS = None  # of some models: what is faster on a CPU is measured
start_from_pretrained = pretrained.start_from_pretrained


class ZooClassifier(Classifier):
    """A timm model behind its normalisation."""

    network: ZooNetwork

    def feature_maps(self, images: torch.Tensor) -> torch.Tensor:
        return self.network.forward_features(self.normalise(images))

    def features(self, images: torch.Tensor) -> torch.Tensor:
        return self.network.forward_head(self.feature_maps(images), pre_logits=True)

    @property
    def head(self) -> nn.Module:
        return self.heads[0]

    @property
    def heads(self) -> list[nn.Module]:
        head = self.network.get_classifier()
        # Distilled networks have two, whose logits they average.
        return list(head) if isinstance(head, tuple | list | nn.ModuleList) else [head]

    def stages(self) -> list[list[nn.Module]]:
        return stages_of(self.network, self.network.pretrained_cfg.get("architecture") or "this network")


def build_classifier(settings: TimmSettings, classes: int) -> ZooClassifier:
    """The network for so many classes, with random weights from torch's global generator.

    Raises UserError when timm has no such architecture, or it does not take images of this size.
    """
    form = settings.size_px, channels_of(settings)
    return equip(build(settings.architecture, *form, classes, settings.dropout), settings)


def build(architecture: str, size_px: int, channels: int, classes: int, dropout: float = 0.0) -> ZooClassifier:
    """The plain network, likewise."""
    network = create(architecture, size_px, num_classes=classes, in_chans=channels, drop_rate=dropout)
    mean, std = network.pretrained_cfg["mean"], network.pretrained_cfg["std"]
    return ZooClassifier(Normalise(*pretrained.for_channels(mean, std, channels)), network)


def create(architecture: str, size_px: int, **options: Any) -> ZooNetwork:
    """timm's model with random weights. Raises UserError for an unknown name or a size that it does not take."""
    _check_name(architecture)
    name = name_in_timm(architecture)
    config = timm.get_pretrained_cfg(name)
    if config is not None and config.fixed_input_size:
        options["img_size"] = size_px
    # What its weights were made with needs no trial, which takes 0.7 s of the processor at first, then 0.3; networks
    # whose weights are packages take any size.
    if architecture not in PACKAGED and (config is None or size_px != config.input_size[-1]):
        _try_size(name, size_px, tuple(options.items()))
    return cast("ZooNetwork", timm.create_model(name, pretrained=False, **options))


def input_size(settings: TimmSettings) -> int:
    """Side in px of the images that an architecture's weights were made with. Raises UserError for an unknown name."""
    _check_name(settings.architecture)
    config = timm.get_pretrained_cfg(name_in_timm(settings.architecture))
    return config.input_size[-1] if config else 0


def _check_name(architecture: str) -> None:
    if not timm.is_model(architecture):
        near = difflib.get_close_matches(architecture, timm.list_models(), 3)
        hint = f"did you mean {' or '.join(near)}?" if near else "timm.list_models() names them all"
        raise UserError(f"`architecture: {architecture}` is not known to timm {timm.__version__}; {hint}")


@functools.cache
def _try_size(architecture: str, size_px: int, given: tuple[tuple[str, Any], ...]) -> None:
    """Pass shapes through a network without weights, which takes no random numbers; once for those that fit."""
    know_shapes()
    options = dict(given)
    try:
        with torch.random.fork_rng(devices=[]), torch.device("meta"), torch.no_grad():
            network = timm.create_model(architecture, pretrained=False, **options).eval()
            network(torch.zeros(1, options["in_chans"], size_px, size_px))
    except (AssertionError, RuntimeError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise UserError(
            f"{architecture} takes no images of {size_px} px ({reason}); set `size_px` to another"
        ) from None
