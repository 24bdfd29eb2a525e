"""Networks of torchvision that timm lacks: AlexNet, and GoogLeNet, which is Inception v1.

AlexNet is the one-tower form of Krizhevsky 2014 (arXiv:1404.5997). GoogLeNet (Szegedy et al. 2015, arXiv:1409.4842) has
batch normalisation, and kernels of 3 where the publication has 5, as torchvision's weights do. Its two auxiliary heads
are off unless `auxiliary` is set: batch normalisation does their work, and they are thrown away after the training.
"""

from typing import Any, cast

import torch
from torch import nn
from torchvision import models

from augury.classifiers import pretrained
from augury.classifiers.network import Classifier, Normalise, equip
from augury.classifiers.sizes import channels_of
from augury.classifiers.stages import plain_stages
from augury.classifiers.torchvision_zoo.family import TorchvisionSettings

PLAIN_CONVOLUTIONS = True  # bf16 pays on a CPU that has instructions for it
start_from_pretrained = pretrained.start_from_pretrained
AUXILIARY_WEIGHT = 0.3  # of the loss of each auxiliary head (Szegedy et al., section 5)


class AlexNet(Classifier):
    """torchvision's AlexNet behind its normalisation."""

    network: models.AlexNet

    def feature_maps(self, images: torch.Tensor) -> torch.Tensor:
        return self.network.features(self.normalise(images))

    def features(self, images: torch.Tensor) -> torch.Tensor:
        return self.network.classifier[:-1](self.network.avgpool(self.feature_maps(images)).flatten(1))

    @property
    def head(self) -> nn.Module:
        return self.network.classifier[-1]

    def stages(self) -> list[list[nn.Module]]:
        return plain_stages(self.network.features)


class GoogLeNet(Classifier):
    """torchvision's GoogLeNet behind its normalisation."""

    network: models.GoogLeNet

    def feature_maps(self, images: torch.Tensor) -> torch.Tensor:
        maps = self.normalise(images)
        for name, module in self.network.named_children():
            if name == "avgpool":
                break
            maps = maps if name.startswith("aux") else module(maps)
        return maps

    def features(self, images: torch.Tensor) -> torch.Tensor:
        return self.feature_maps(images).mean(dim=(2, 3))

    @property
    def head(self) -> nn.Module:
        return self.network.fc

    def stages(self) -> list[list[nn.Module]]:
        blocks = {name: module for name, module in self.network.named_children() if name.startswith("inception")}
        return [[block for name, block in blocks.items() if name[9] == stage] for stage in "345"]

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.training_logits(images)[0][1]

    def training_logits(self, images: torch.Tensor) -> list[tuple[float, torch.Tensor]]:
        made = self.network(self.normalise(images))
        if isinstance(made, torch.Tensor):
            return [(1.0, made)]
        return [(1.0, made.logits), (AUXILIARY_WEIGHT, made.aux_logits1), (AUXILIARY_WEIGHT, made.aux_logits2)]


def build_classifier(settings: TorchvisionSettings, classes: int) -> Classifier:
    """The network for so many classes, with random weights from torch's global generator."""
    channels = channels_of(settings)
    kind: type[AlexNet | GoogLeNet]
    options = {} if settings.dropout is None else {"dropout": settings.dropout}
    if settings.architecture == "alexnet":
        kind, network, first, heads = AlexNet, models.AlexNet(classes, **options), "features.0", ["classifier.6"]
        mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
    else:
        network = models.GoogLeNet(classes, aux_logits=settings.auxiliary, init_weights=True, **options)
        kind, first, heads = GoogLeNet, "conv1.conv", ["fc", "aux1.fc2", "aux2.fc2"]
        # torchvision turns pixels normalised by ImageNet's statistics into these, which its weights were made with.
        mean, std = [0.5] * 3, [0.5] * 3
    network.pretrained_cfg = {"mean": mean, "std": std, "first_conv": first, "classifier": heads}
    if channels != 3:
        _take_channels(network, first, channels)
    classifier = kind(Normalise(*pretrained.for_channels(mean, std, channels)), network)
    return equip(classifier, settings)


def _take_channels(network: nn.Module, first: str, channels: int) -> None:
    """Give the first convolution another number of channels, initialised as it was."""
    old, (above, _, name) = cast("nn.Conv2d", network.get_submodule(first)), first.rpartition(".")
    form: dict[str, Any] = {"stride": old.stride, "padding": old.padding, "bias": old.bias is not None}
    new = nn.Conv2d(channels, old.out_channels, cast("tuple[int, int]", old.kernel_size), **form)
    if isinstance(network, models.GoogLeNet):
        nn.init.trunc_normal_(new.weight, mean=0.0, std=0.01, a=-2, b=2)
    setattr(network.get_submodule(above), name, new)
