"""LeNet-5 of 1998; from scratch."""

from typing import Literal

from pydantic import Field

from augury.citing.reference import Reference
from augury.classifiers.family import ClassifierFamily, TrainedSettings
from augury.settings.base import Decay, Int

SMALLEST_PX = 32  # its third convolution, of kernel 5, needs the 5 x 5 maps that two poolings leave of 32 px

LENET = Reference(
    "lecun1998gradient", "LeCun, Yann and Bottou, Léon and Bengio, Yoshua and Haffner, Patrick",
    "Gradient-based learning applied to document recognition", 1998, "Proceedings of the IEEE", "86", "2278-2324",
    doi="10.1109/5.726791", kind="article",
)  # fmt: skip


class LeNet5Settings(TrainedSettings):
    family: Literal["lenet5"] = "lenet5"
    size_px: Int = Field(SMALLEST_PX, ge=SMALLEST_PX, le=1024)
    """Image size - side of the square images that the network sees, in pixels."""
    activation: Literal["tanh", "relu"] = "tanh"
    """Activation function - after convolutions and the layer before the last; tanh is LeNet's own."""
    pooling: Literal["mean", "max"] = "mean"
    """Pooling - how maps are halved; mean is LeNet's own."""
    dropout: Decay = 0.0

    def cited(self) -> tuple[Reference, ...]:
        return (LENET, *super().cited())


FAMILY = ClassifierFamily(
    LeNet5Settings,
    called="a LeNet-5",
    prose="LeNet-5 of 1998; from scratch.",
    smallest_px=lambda entry: SMALLEST_PX,
)
