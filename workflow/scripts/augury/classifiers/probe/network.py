"""A probe: a linear layer on what frozen, pretrained networks see. Seconds to train, and hard to overfit.

Features of each backbone are those that its own head would see, (N, D), of transformers two kinds (probe.tokens).
Their signed square roots are taken, which draws in the long tails of pooled activations (Perronnin, Sanchez and Mensink
2010, doi:10.1007/978-3-642-15561-1_11, section 3.3), and they are divided by one number a backbone, so that all
backbones weigh alike and none of their directions is blown up. How the layer is fitted: classifiers.probe.training.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from augury.classifiers import folding, pretrained
from augury.classifiers.family import ClassifierSettings
from augury.classifiers.network import Classifier, Normalise
from augury.classifiers.probe import tokens
from augury.classifiers.probe.family import ProbeSettings
from augury.classifiers.probe.training import ProbeTraining as Training
from augury.classifiers.sizes import channels_of
from augury.classifiers.timm_zoo import network as timm_zoo
from augury.code.closure import code_digest
from augury.command.errors import UserError
from augury.store.feature_cache import FeatureCache, on_this_machine
from augury.store.shelf import Shelf

__all__ = ["PLAIN_CONVOLUTIONS", "Probe", "Training", "build_classifier", "start_from_pretrained"]

PLAIN_CONVOLUTIONS = False  # features are taken in fp32
_NEAR_ZERO = 1e-8


class ProbeNetwork(nn.Module):
    """Backbones side by side, each with its own normalisation, and a linear head on all of their features."""

    scales: torch.Tensor
    views: torch.Tensor  # of each training image: 8 with flips and quarter turns, or 1
    cache: FeatureCache | None = None  # of what the backbones see, where it is asked again and again
    looking: list[timm_zoo.ZooClassifier] | None = None  # the backbones as they are used, from the first look on

    def __init__(self, backbones: Sequence[timm_zoo.ZooClassifier], classes: int) -> None:
        super().__init__()
        self.backbones = nn.ModuleList(backbones)
        self.register_buffer("scales", torch.ones(len(backbones)))
        self.register_buffer("views", torch.tensor(1))
        self.head = nn.Linear(sum(self.widths), classes)

    @property
    def zoo(self) -> list[timm_zoo.ZooClassifier]:
        """The backbones."""
        return [each for each in self.backbones if isinstance(each, timm_zoo.ZooClassifier)]

    @property
    def widths(self) -> list[int]:
        """Features of each."""
        return [tokens.width_of(backbone) for backbone in self.zoo]

    def raw_features(self, images: torch.Tensor) -> list[torch.Tensor]:
        """Signed square roots of each backbone's features, (N, D) each, of images (N, C, S, S) in [-1, 1]."""
        if self.cache is None or torch.is_grad_enabled() or images.device.type != "cpu":
            return self._seen(images)
        made = self.cache(images, lambda block: torch.cat(self._seen(block), dim=1))
        return list(made.split(self.widths, dim=1))

    def _seen(self, images: torch.Tensor) -> list[torch.Tensor]:
        made = [tokens.features_of(backbone, images) for backbone in self._used(images)]
        # At zero, where many features lie, a bare root has no gradient for Grad-CAM to follow.
        return [each / each.abs().clamp_min(_NEAR_ZERO).sqrt() for each in made]

    def _used(self, images: torch.Tensor) -> list[timm_zoo.ZooClassifier]:
        # Late: where all features are known, nobody looks.
        if self.looking is None or torch.is_grad_enabled():
            return self.zoo
        if not self.looking:
            shape = images.shape[1], images.shape[2], images.shape[3]
            self.looking = [folding.folded(each, tokens.features_of, shape) for each in self.zoo]
        return self.looking

    def features(self, images: torch.Tensor) -> torch.Tensor:
        """The same divided by their scales, side by side: what the head sees."""
        return torch.cat(
            [each / scale for each, scale in zip(self.raw_features(images), self.scales, strict=True)], dim=1
        )

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.head(self.features(images))


class Probe(Classifier):
    """See the module. Maps, for explanations, are those of the first backbone.

    Its own normalisation changes nothing, as each backbone has one, and is passed over: where features are known it
    took a fourth of a training.
    """

    network: ProbeNetwork

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.network(images)

    def folded(self, settings: ClassifierSettings) -> "Probe":
        """Itself: its backbones are never trained, and are folded once, at their first look."""
        if self.network.looking is None:
            self.network.looking = []
        return self

    def sees_views_alike(self) -> bool:
        return int(self.network.views) > 1

    def feature_maps(self, images: torch.Tensor) -> torch.Tensor:
        return self.network.zoo[0].feature_maps(images)

    def features(self, images: torch.Tensor) -> torch.Tensor:
        return self.network.features(images)

    @property
    def head(self) -> nn.Module:
        return self.network.head

    def stages(self) -> list[list[nn.Module]]:
        return self.network.zoo[0].stages()

    def describe_input(self) -> dict[str, Any]:
        """The normalisation of each backbone, by its index."""
        return {str(index): each.normalise.describe() for index, each in enumerate(self.network.zoo)}


def build_classifier(settings: ProbeSettings, classes: int) -> Probe:
    """The network for so many classes, with random weights from torch's global generator.

    Raises UserError when timm has no such architecture, or it does not take images of this size.
    """
    channels = channels_of(settings)
    backbones = [timm_zoo.build(name, _side(settings, name), channels, classes) for name in settings.backbones]
    for name, backbone in zip(settings.backbones, backbones, strict=True):
        backbone.network.reset_classifier(0)
        backbone.normalise.enlarge_to = settings.backbone_px.get(name)
    return Probe(Normalise([0.5] * channels, [0.5] * channels), ProbeNetwork(backbones, classes))


def _side(settings: ProbeSettings, name: str) -> int:
    return settings.backbone_px.get(name, settings.size_px)


def remember(classifier: Probe, settings: ProbeSettings, pretrained: dict[str, str], shelf: Shelf) -> FeatureCache:
    """Have what the backbones see kept in a store. pretrained: as start_from_pretrained returns it."""
    network = {"network": " + ".join(settings.backbones), "weights": pretrained["sha256"]}
    images = {"size_px": settings.size_px, "channels": settings.channels, "backbone_px": settings.backbone_px}
    code = {"code": code_digest("train_classifier", (__name__,))}
    of = network | images | code | on_this_machine(torch.get_num_threads())
    classifier.network.cache = FeatureCache(shelf, of)
    return classifier.network.cache


def start_from_pretrained(classifier: Probe, settings: ProbeSettings, weights: Path) -> dict[str, str] | None:
    """Fill all backbones with the weights that `pretrained: auto | true | false | PATH` asks for.

    weights: the folder in which files named after architectures are looked for; a PATH is for one backbone alone.
    Returns {source, sha256}, of several joined by +, or None for false. Raises UserError when there are none, or they
    are not of their architecture.
    """
    names, wanted = settings.backbones, settings.pretrained
    if wanted is False:
        return None
    if isinstance(wanted, str) and wanted != "auto" and len(names) > 1:
        remedy = f"put the files at {weights}/ARCHITECTURE.safetensors and set `pretrained: auto`"
        raise UserError(f"`pretrained: {wanted}` is one file for {len(names)} backbones; {remedy}")
    sources = []
    for name, backbone in zip(names, classifier.network.zoo, strict=True):
        # A file is checked against the whole network, head included.
        whole = timm_zoo.build(name, _side(settings, name), channels_of(settings), classifier.network.head.out_features)
        sources.append(pretrained.fill(whole, name, wanted, weights) or {})
        whole.network.reset_classifier(0)
        backbone.load_state_dict(whole.state_dict())
    return {key: " + ".join(source[key] for source in sources) for key in ("source", "sha256")}
