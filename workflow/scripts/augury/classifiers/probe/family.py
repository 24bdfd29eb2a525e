"""A linear layer on the features of frozen networks; seconds to train."""

from typing import Literal

from pydantic import Field

from augury.classifiers.family import ClassifierFamily, ClassifierSettings
from augury.settings.base import Bool, Int, Text, Unique


class ProbeSettings(ClassifierSettings):
    family: Literal["probe"] = "probe"
    backbones: Unique[Text] = Field(["tf_efficientnet_lite0"], min_length=1)
    """The networks that it looks through, models of timm; of several it takes the features side by side."""
    pretrained: Bool | Text = "auto"
    """Their ImageNet weights: auto (or true) takes for each resources/weights/ARCHITECTURE.safetensors or .pth,
    then an installed package; a path takes that file for the only one; false leaves random weights."""
    size_px: Int = Field(224, ge=16, le=1024)
    """Side of the square images that they see, in pixels."""
    dihedral_views: Bool = True
    """Train on all eight flips and quarter turns of each image; false where orientation means something."""
    inner_folds: Int = Field(5, ge=2, le=20)
    """Folds over the training specimens by which the strength of its fit is chosen."""


FAMILY = ClassifierFamily(
    ProbeSettings,
    prose="A linear layer on the features of frozen networks; seconds to train.",
    deterministic=lambda settings: settings["pretrained"] is not False,  # then its networks' weights are random
)
