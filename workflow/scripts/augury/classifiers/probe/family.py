"""Linear probe: logistic regression on the features of frozen networks; seconds to train."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from augury.citing.reference import Reference
from augury.citing.shared import of_architecture
from augury.classifiers.family import ClassifierFamily, ClassifierSettings
from augury.classifiers.timm_names import name_problems
from augury.settings.base import Bool, Int, Section, Text, Unique

BackbonePx = Annotated[Int, Field(ge=16, le=1024)]


class ProbeSettings(ClassifierSettings):
    family: Literal["probe"] = "probe"
    backbones: Unique[Text] = Field(
        ["tf_efficientnet_lite0", "tf_efficientnet_lite1", "tf_efficientnet_lite2"], min_length=1
    )
    """Backbones - frozen networks, models of timm; of several the features are concatenated. Of a transformer they are
    the class token and the mean of the patch tokens. One alone takes a quarter of the time of the default's three."""
    pretrained: Bool | Text = "auto"
    """Pretrained weights - ImageNet's: auto (or true) takes for each resources/weights/ARCHITECTURE.safetensors or
    .pth, then an installed package; a path takes that file for the only one; false leaves random weights."""
    size_px: Int = Field(224, ge=16, le=1024)
    """Image size - side of the square images that the backbones see, in pixels."""
    backbone_px: Section[BackbonePx] = {}
    """Sizes of single backbones, by their names - the side in pixels to which images are enlarged or reduced as they
    enter it, where it is not size_px, such as {vit_small_patch14_dinov2: 448} for small objects."""
    dihedral_views: Literal["auto", True, False] = "auto"
    """Augmentation by flips and turns - true trains on all eight flips and quarter turns of each image; false on the
    image as it stands, where orientation means something; auto on what the inner folds make likelier."""
    inner_folds: Int = Field(5, ge=2, le=20)
    """Inner cross-validation - folds over the training specimens by which regularisation and views are chosen."""

    @property
    def deterministic(self) -> bool:
        """Its fit is, and so are networks that are not random."""
        return self.pretrained is not False

    def starts_from(self) -> tuple[Sequence[str], bool | str]:
        """Its backbones."""
        return self.backbones, self.pretrained

    def cited(self) -> tuple[Reference, ...]:
        return tuple(dict.fromkeys(reference for name in self.backbones for reference in of_architecture(name)))


def problems(settings: ProbeSettings) -> list[tuple[str, str]]:
    """Backbones that timm does not have, and sizes of what is no backbone."""
    mistakes = [("backbones", sentence) for name in settings.backbones for sentence in name_problems(name)]
    known = ", ".join(settings.backbones)
    if isinstance(settings.pretrained, str) and settings.pretrained != "auto" and len(settings.backbones) > 1:
        sentence = f"{settings.pretrained} is one file for {len(settings.backbones)} backbones; name one in `backbones`"
        mistakes.append(("pretrained", sentence))
    return mistakes + [
        ("backbone_px", f"{name} is none of the backbones ({known})")
        for name in settings.backbone_px
        if name not in settings.backbones
    ]


FAMILY = ClassifierFamily(
    ProbeSettings,
    called="a linear probe (logistic regression on the features of {backbones}, frozen)",
    prose="Linear probe: logistic regression on the features of frozen networks; seconds to train.",
    problems=problems,
    linear=True,
    image_mb=0.4,  # features of several networks and views, twice
    taken=0.2,  # it looks at each image once per view and network, not once per epoch
)
