"""AlexNet and GoogLeNet (Inception v1), which timm lacks, from ImageNet weights or from scratch."""

from typing import Literal

from pydantic import Field

from augury.citing.reference import Reference
from augury.citing.shared import CVPR
from augury.classifiers.family import ClassifierFamily, PretrainedSettings
from augury.settings.base import Bool, Decay, Int, Text

ARCHITECTURES = {
    "alexnet": Reference(
        "krizhevsky2014alexnet", "Krizhevsky, Alex", "One weird trick for parallelizing convolutional neural networks",
        2014, arxiv="1404.5997",
    ),
    "googlenet": Reference(
        "szegedy2015googlenet",
        "Szegedy, Christian and Liu, Wei and Jia, Yangqing and Sermanet, Pierre and Reed, Scott and "
        "Anguelov, Dragomir and Erhan, Dumitru and Vanhoucke, Vincent and Rabinovich, Andrew",
        "Going Deeper with Convolutions", 2015, CVPR, arxiv="1409.4842", kind="inproceedings",
    ),
}  # fmt: skip


class TorchvisionSettings(PretrainedSettings):
    family: Literal["torchvision_zoo"] = "torchvision_zoo"
    architecture: Literal["alexnet", "googlenet"] = "googlenet"
    """Architecture - AlexNet, or GoogLeNet, which is Inception v1."""
    pretrained: Bool | Text = "auto"
    """Pretrained weights - ImageNet's, to start from: auto (or true) takes resources/weights/ARCHITECTURE.safetensors
    or .pth (torchvision's own file), else what `missing_weights` says; a path takes that file; false starts from
    scratch."""
    size_px: Int = Field(224, ge=16, le=1024)
    """Image size - side of the square images that the network sees, in pixels; alexnet takes 63 at least."""
    dropout: Decay | None = None  # type: ignore[assignment]  # of the other networks it is always a number
    """Dropout - probability with which a feature is dropped before the last layers, in training; null takes the
    network's own (alexnet 0.5, googlenet 0.2)."""
    auxiliary: Bool = False
    """Auxiliary classifiers - train googlenet with its two auxiliary heads, each with 0.3 of the loss; they judge
    nothing."""

    def cited(self) -> tuple[Reference, ...]:
        return (ARCHITECTURES[self.architecture], *super().cited())


_DEFAULT = TorchvisionSettings.model_fields["architecture"].default
SMALLEST_PX = {"alexnet": 63}  # torchvision's own figure: below it the third pooling has nothing left


def problems(settings: TorchvisionSettings) -> list[tuple[str, str]]:
    """Images that are smaller than the architecture takes."""
    least = SMALLEST_PX.get(settings.architecture, 0)
    if settings.size_px >= least:
        return []
    sentence = f"{settings.architecture} takes no images of {settings.size_px} px; set `size_px` to at least {least}"
    return [("size_px", sentence)]


FAMILY = ClassifierFamily(
    TorchvisionSettings,
    called="the network {architecture} of torchvision",
    prose="AlexNet and GoogLeNet (Inception v1), which timm lacks, from ImageNet weights or from scratch.",
    problems=problems,
    smallest_px=lambda entry: SMALLEST_PX.get(entry.get("architecture", _DEFAULT), 0),
    shown=({"architecture": "alexnet"}, {"architecture": "googlenet"}),
)
