"""LeNet-5 of 1998; from scratch."""

from typing import Literal

from pydantic import Field

from augury.classifiers.family import ClassifierFamily, TrainedSettings
from augury.settings.base import Decay, Int


class LeNet5Settings(TrainedSettings):
    family: Literal["lenet5"] = "lenet5"
    size_px: Int = Field(32, ge=32, le=1024)
    activation: Literal["tanh", "relu"] = "tanh"
    """What follows convolutions and the layer before the last; tanh is LeNet's own."""
    pooling: Literal["mean", "max"] = "mean"
    """How maps are halved; mean is LeNet's own."""
    dropout: Decay = 0.0


FAMILY = ClassifierFamily(LeNet5Settings, prose="LeNet-5 of 1998; from scratch.")
