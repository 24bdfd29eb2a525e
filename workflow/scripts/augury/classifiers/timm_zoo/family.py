"""timm: any image model of that library, by `architecture`, from ImageNet weights or from scratch."""

from typing import Literal

from pydantic import Field

from augury.citing.reference import Reference
from augury.citing.shared import of_architecture
from augury.classifiers.family import ClassifierFamily, PretrainedSettings
from augury.classifiers.timm_names import name_problems
from augury.settings.base import Int, Text


class TimmSettings(PretrainedSettings):
    family: Literal["timm_zoo"] = "timm_zoo"
    architecture: Text = "tf_efficientnet_lite0"
    """Architecture - name of the model in timm, such as resnet50 or convnext_tiny. Without `family`, the name of
    another family stands for that family, as in `architecture: probe`."""
    size_px: Int = Field(224, ge=16, le=1024)
    """Image size - side of the square images that the network sees, in pixels; some models take one size alone, or 32
    px at least."""

    def cited(self) -> tuple[Reference, ...]:
        return (*of_architecture(self.architecture), *super().cited())


def problems(settings: TimmSettings) -> list[tuple[str, str]]:
    """A name that timm does not have."""
    return [("architecture", sentence) for sentence in name_problems(settings.architecture)]


FAMILY = ClassifierFamily(
    TimmSettings,
    called="the network {architecture} of timm",
    prose="timm: any image model of that library, by `architecture`, from ImageNet weights or from scratch.",
    problems=problems,
    residual=True,  # most of them; the others say so when they are built
    shown=(
        {"architecture": "vgg19"},
        {"architecture": "resnet18"},
        {"architecture": "resnet50"},
        {"architecture": "resnext50_32x4d"},
        {"architecture": "efficientnet_b0"},
        {"architecture": "tf_efficientnet_lite0"},
        {"architecture": "tf_efficientnet_lite1"},
        {"architecture": "tf_efficientnet_lite2"},
        {"architecture": "convnext_tiny"},
        {"architecture": "convnext_tiny", "eca": "per_block"},
        {"architecture": "mobilenetv2_100"},
        {"architecture": "mobilenetv3_large_100"},
    ),
)
