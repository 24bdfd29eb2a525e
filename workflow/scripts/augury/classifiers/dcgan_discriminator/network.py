"""The discriminator of a DCGAN as a classifier, as the study of sperm heads uses it; trained from scratch.

Strided convolutions of kernel 4 that halve the image k times, batch normalisation but for the first, LeakyReLU(0.2),
weights from N(0, 0.02) (Radford, Metz and Chintala 2015, arXiv:1511.06434). The discriminator ends with a convolution
over all of its last maps to one logit; here that is a linear layer over them, with one logit per class.
"""

from typing import cast

import torch
from torch import nn

from augury.classifiers.dcgan_discriminator.family import DCGANDiscriminatorSettings
from augury.classifiers.network import BodyAndTop, Classifier, Normalise, equip
from augury.classifiers.sizes import channels_of
from augury.generators.dcgan.networks import Discriminator

PLAIN_CONVOLUTIONS = True  # bf16 pays on a CPU that has instructions for it


class DiscriminatorClassifier(BodyAndTop):
    """width: feature maps after the first halving; they double with each, up to max_width. dropout: before the head."""

    def __init__(self, size_px: int, channels: int, classes: int, width: int, max_width: int, dropout: float) -> None:
        layers = Discriminator(size_px, channels, width, max_width, classes=0).layers
        judge = cast("nn.Conv2d", layers[-1])
        head = nn.Linear(judge.weight[0].numel(), classes)
        nn.init.normal_(head.weight, 0.0, 0.02)
        nn.init.zeros_(head.bias)
        # Pixels in [-1, 1] are what a DCGAN sees: mean and std 1/2 of pixels in [0, 1] leave them alone.
        normalise = Normalise([0.5] * channels, [0.5] * channels)
        super().__init__(normalise, nn.Sequential(layers[:-1], nn.Sequential(nn.Flatten(), nn.Dropout(dropout), head)))

    def features(self, images: torch.Tensor) -> torch.Tensor:
        return self.feature_maps(images).flatten(1)


def build_classifier(settings: DCGANDiscriminatorSettings, classes: int) -> Classifier:
    """The network for so many classes, with random weights from torch's global generator.

    Raises UserError where a DCGAN does not have that size (see generators.dcgan.sizes).
    """
    classifier = DiscriminatorClassifier(
        size_px=settings.size_px,
        channels=channels_of(settings),
        classes=classes,
        width=settings.width,
        max_width=settings.max_width,
        dropout=settings.dropout,
    )
    return equip(classifier, settings)
