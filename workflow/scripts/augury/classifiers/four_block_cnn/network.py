"""The custom CNN of the fusulinid study: four blocks of 3 x 3 convolution, trained from scratch.

A block is a convolution, batch normalisation, ReLU and max pooling by 2; then global average pooling, dropout and a
linear layer. The study names neither widths nor pooling before the classifier: the widths are settings, and the average
makes the network fit any size of at least 16 px. Weights from He et al. 2015 (arXiv:1502.01852, equation 10, fan out).
"""

from pathlib import Path
from typing import Any

import torch
from torch import nn

from augury.classifiers.network import BodyAndTop, Classifier, Normalise, equip, refuse_pretrained
from augury.command.errors import UserError

PLAIN_CONVOLUTIONS = True  # bf16 pays on a CPU that has instructions for it
SMALLEST_PX = 16  # four halvings leave one pixel


class FourBlockCNN(BodyAndTop):
    """widths: feature maps of the four blocks. dropout: probability, before the linear layer."""

    def __init__(self, size_px: int, channels: int, classes: int, widths: list[int], dropout: float) -> None:
        if size_px < SMALLEST_PX:
            raise UserError(
                f"four_block_cnn halves images four times; set `size_px` ({size_px}) to at least {SMALLEST_PX}"
            )
        if len(widths) != 4:
            raise UserError(
                f"`widths` has {len(widths)} numbers for four blocks; give four, such as [32, 64, 128, 256]"
            )
        layers: list[nn.Module] = []
        for before, after in zip([channels, *widths[:-1]], widths, strict=True):
            layers += [nn.Conv2d(before, after, 3, 1, 1, bias=False), nn.BatchNorm2d(after)]
            layers += [nn.ReLU(inplace=True), nn.MaxPool2d(2)]
        body = nn.Sequential(*layers)
        top = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout), nn.Linear(widths[-1], classes))
        # Pixels in [-1, 1] are what it is trained on: mean and deviation 1/2 of pixels in [0, 1] leave them alone.
        super().__init__(Normalise([0.5] * channels, [0.5] * channels), nn.Sequential(body, top))
        for module in body:
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def features(self, images: torch.Tensor) -> torch.Tensor:
        return self.feature_maps(images).mean(dim=(2, 3))


def build_classifier(description: dict[str, Any]) -> Classifier:
    """The network that a classifier.json describes, with random weights from torch's global generator.

    Raises UserError where size or widths do not suit it.
    """
    settings = description["settings"]
    classifier = FourBlockCNN(
        size_px=description["size_px"],
        channels=description["channels"],
        classes=len(description["classes"]),
        widths=settings["widths"],
        dropout=settings["dropout"],
    )
    return equip(classifier, description)


def start_from_pretrained(classifier: Classifier, description: dict[str, Any], weights: Path) -> None:
    """There are no weights to start from: `pretrained` may be absent, auto or false. Raises UserError otherwise."""
    refuse_pretrained(description["settings"], "four_block_cnn")
