"""LeNet-5 (LeCun, Bottou, Bengio and Haffner 1998, doi:10.1109/5.726791, section II-B and figure 2).

Convolutions of kernel 5 to 6, 16 and 120 maps, the first two followed by pooling by 2, then layers of 84 and of as many
units as classes. It sees 32 x 32 px; on larger images the third convolution, which the publication calls one for that
very reason, has several places, which are averaged: its 61,706 weights (1 channel, 10 classes) fit any size from 32 on.
As is usual now, and unlike the publication: each map of the second convolution sees all six before it; pooling has no
weights of its own; the last layer is linear, under a softmax, in place of distances to drawn digits; tanh is not
scaled; initial weights are torch's. tanh and mean pooling are the defaults, ReLU and max pooling, now usual, settings.
"""

import torch
from torch import nn

from augury.classifiers.lenet5.family import LeNet5Settings
from augury.classifiers.network import BodyAndTop, Classifier, Normalise, equip
from augury.classifiers.sizes import channels_of

PLAIN_CONVOLUTIONS = True  # bf16 pays on a CPU that has instructions for it


class LeNet5(BodyAndTop):
    """activation: tanh or relu. pooling: mean or max. dropout: probability, before the last layer."""

    def __init__(self, channels: int, classes: int, activation: str, pooling: str, dropout: float) -> None:
        squash = {"tanh": nn.Tanh, "relu": nn.ReLU}[activation]
        pool = {"mean": nn.AvgPool2d, "max": nn.MaxPool2d}[pooling]
        first = [nn.Conv2d(channels, 6, 5), squash(), pool(2)]
        second = [nn.Conv2d(6, 16, 5), squash(), pool(2)]
        third = [nn.Conv2d(16, 120, 5), squash()]
        top = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(120, 84), squash(), nn.Dropout(dropout)]
        # Pixels in [-1, 1] are what it is trained on: mean and std 1/2 of pixels in [0, 1] leave them alone.
        normalise = Normalise([0.5] * channels, [0.5] * channels)
        body = nn.Sequential(*first, *second, *third)
        super().__init__(normalise, nn.Sequential(body, nn.Sequential(*top, nn.Linear(84, classes))))

    def feature_maps(self, images: torch.Tensor) -> torch.Tensor:
        """The second convolution's maps: (N, 16, 10, 10) at 32 px, where those of the third are single pixels."""
        return self.body[:5](self.normalise(images))

    def features(self, images: torch.Tensor) -> torch.Tensor:
        return self.top[:-1](self.body(self.normalise(images)))


def build_classifier(settings: LeNet5Settings, classes: int) -> Classifier:
    """The network for so many classes, with random weights from torch's global generator."""
    classifier = LeNet5(
        channels=channels_of(settings),
        classes=classes,
        activation=settings.activation,
        pooling=settings.pooling,
        dropout=settings.dropout,
    )
    return equip(classifier, settings)
