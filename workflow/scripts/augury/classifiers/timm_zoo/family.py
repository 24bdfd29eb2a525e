"""Any image model of the timm library, by `architecture`, from ImageNet weights or from scratch."""

from typing import Literal

from pydantic import Field

from augury.classifiers.family import ClassifierFamily, PretrainedSettings
from augury.settings.base import Int, Text


class TimmSettings(PretrainedSettings):
    family: Literal["timm_zoo"] = "timm_zoo"
    architecture: Text = "tf_efficientnet_lite0"
    """Name of the model in timm, such as resnet50 or convnext_tiny. Without `family`, the name of another family
    stands for that family, as in `architecture: probe`."""
    size_px: Int = Field(128, ge=16, le=1024)
    """Side of the square images that the network sees, in pixels; some models take one size alone, or 32 px at
    least."""


FAMILY = ClassifierFamily(
    TimmSettings, prose="Any image model of the timm library, by `architecture`, from ImageNet weights or from scratch."
)
