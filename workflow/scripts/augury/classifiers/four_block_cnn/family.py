"""CNN of four blocks: 3 x 3 convolution, batch normalisation, ReLU and max pooling; from scratch."""

from typing import Annotated, Literal

from pydantic import Field

from augury.classifiers.family import ClassifierFamily, TrainedSettings
from augury.settings.base import Int


class FourBlockCNNSettings(TrainedSettings):
    family: Literal["four_block_cnn"] = "four_block_cnn"
    widths: list[Annotated[Int, Field(ge=1, le=4096)]] = Field([32, 64, 128, 256], min_length=4, max_length=4)
    """Widths - feature maps of the four blocks, from the image inwards."""


FAMILY = ClassifierFamily(
    FourBlockCNNSettings,
    called="a convolutional network of four blocks (convolution, batch normalisation, ReLU and max pooling)",
    prose="CNN of four blocks: 3 x 3 convolution, batch normalisation, ReLU and max pooling; from scratch.",
)
