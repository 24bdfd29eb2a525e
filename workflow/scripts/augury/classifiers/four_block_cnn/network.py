"""The custom CNN of the fusulinid study: four blocks of 3 x 3 convolution, trained from scratch.

A block is a convolution, batch normalisation, ReLU and max pooling by 2; then global average pooling, dropout and a
linear layer. The study names neither widths nor pooling before the classifier: the widths are settings, and the average
makes the network fit any size of at least 16 px. Weights from He et al. 2015 (arXiv:1502.01852, equation 10, fan out).
"""

import torch
from torch import nn

from augury.classifiers.four_block_cnn.family import FourBlockCNNSettings
from augury.classifiers.network import BodyAndTop, Classifier, Normalise, equip
from augury.classifiers.sizes import channels_of

PLAIN_CONVOLUTIONS = True  # bf16 pays on a CPU that has instructions for it


class FourBlockCNN(BodyAndTop):
    """widths: feature maps of the four blocks. dropout: probability, before the linear layer."""

    def __init__(self, channels: int, classes: int, widths: list[int], dropout: float) -> None:
        layers: list[nn.Module] = []
        for before, after in zip([channels, *widths[:-1]], widths, strict=True):
            layers += [nn.Conv2d(before, after, 3, 1, 1, bias=False), nn.BatchNorm2d(after)]
            layers += [nn.ReLU(inplace=True), nn.MaxPool2d(2)]
        body = nn.Sequential(*layers)
        top = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout), nn.Linear(widths[-1], classes))
        # Pixels in [-1, 1] are what it is trained on: mean and std 1/2 of pixels in [0, 1] leave them alone.
        super().__init__(Normalise([0.5] * channels, [0.5] * channels), nn.Sequential(body, top))
        for module in body:
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def features(self, images: torch.Tensor) -> torch.Tensor:
        return self.feature_maps(images).mean(dim=(2, 3))


def build_classifier(settings: FourBlockCNNSettings, classes: int) -> Classifier:
    """The network for so many classes, with random weights from torch's global generator."""
    return equip(FourBlockCNN(channels_of(settings), classes, settings.widths, settings.dropout), settings)
