"""The frozen half of the discriminator: EfficientNet-Lite0's maps, mixed across channels and scales at random.

Sauer et al. 2021 (arXiv:2111.01007), section 3.2: cross-channel mixing by random 1 x 1 convolutions, cross-scale mixing
from the coarsest map upwards by sums, bilinear doublings and random 1 x 1 convolutions. Nothing of it is trained: all
weights are buffers, so that they are saved and resumed with the discriminator and no optimiser sees them.
"""

import itertools
import os
from pathlib import Path

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from augury.classifiers import pretrained
from augury.classifiers.sources import find
from augury.classifiers.timm_zoo import network as timm_zoo
from augury.generators.projected.family import NETWORK

CUTS = ((0, 2), (2, 3), (3, 5), (5, 7))  # blocks of the network behind each of the four maps
CUT_CHANNELS = (24, 40, 112, 320)
MIXED_CHANNELS = (64, 128, 256, 512)  # across channels
CHANNELS = (64, 64, 128, 256)  # of the maps that discriminators see, after mixing across scales
NO_FOLDER = Path(os.devnull)  # the packaged weights alone: a folder's are no input of a generator's training


class Features(nn.Module):
    """Images (N, C, S, S) in [-1, 1] -> four maps (N, CHANNELS[k], s / 2^(k + 1), ...), s the larger of S and side."""

    def __init__(self, channels: int, side: int) -> None:
        super().__init__()
        classifier = timm_zoo.build(NETWORK, side, channels, classes=2)
        if not next(classifier.parameters()).is_meta:  # where networks are counted, not run
            pretrained.load(classifier, find(NETWORK, True, NO_FOLDER))
        network = classifier.eval().network
        self.side, self.normalise = side, classifier.normalise
        blocks = list(network.get_submodule("blocks").children())
        stem = [network.get_submodule("conv_stem"), network.get_submodule("bn1")]
        stages = [[*(stem if not first else []), *blocks[first:last]] for first, last in CUTS]
        self.stages = nn.ModuleList(nn.Sequential(*stage) for stage in stages)
        for part in list(self.stages.modules()):
            _fold_normalisation(part)
        pairs = zip(CUT_CHANNELS, MIXED_CHANNELS, strict=True)
        self.across_channels = nn.ModuleList(nn.Conv2d(cut, mixed, 1) for cut, mixed in pairs)
        pairs = zip(MIXED_CHANNELS, CHANNELS, strict=True)
        self.across_scales = nn.ModuleList(nn.Conv2d(mixed, seen, 1) for mixed, seen in pairs)
        _freeze(self)

    def forward(self, images: torch.Tensor) -> list[torch.Tensor]:
        """The finest map first."""
        if images.shape[2] < self.side:
            size = (self.side, self.side)
            images = bilinear(images, size, align_corners=False)
        maps, mixed = self.normalise(images), []
        for stage, across in zip(self.stages, self.across_channels, strict=True):
            maps = stage(maps)
            mixed.append(across(maps))
        seen: list[torch.Tensor] = []
        for of_scale, across in zip(mixed[::-1], list(self.across_scales)[::-1], strict=True):
            # The convolution of one pixel and the doubling change places: the smaller map is convolved.
            small = across(of_scale + seen[-1] if seen else of_scale)
            seen.append(bilinear(small, (2 * small.shape[2], 2 * small.shape[3]), align_corners=True))
        return seen[::-1]


def bilinear(maps: torch.Tensor, size: tuple[int, int], align_corners: bool) -> torch.Tensor:
    """Maps (N, C, H, W) enlarged to `size`, as torch's own `interpolate` does.

    On a GPU by two matrix products: the gradient of torch's own adds up there in any order, other bits in each run.
    """
    if maps.device.type == "cpu":
        return nn.functional.interpolate(maps, size, mode="bilinear", align_corners=align_corners)
    sides = zip(maps.shape[2:], size, strict=True)
    down, across = (_bilinear_matrix(before, after, align_corners, maps.device) for before, after in sides)
    with torch.autocast(maps.device.type, enabled=False):
        return (down @ maps.float() @ across.T).to(maps.dtype)


def _bilinear_matrix(before: int, after: int, align_corners: bool, device: torch.device) -> torch.Tensor:
    # What each pixel of the larger side is made of, (after, before).
    step = (before - 1) / max(1, after - 1) if align_corners else before / after
    first = 0.0 if align_corners else (step - 1) / 2
    places = (torch.arange(after, dtype=torch.float64, device=device) * step + first).clamp(0, before - 1)
    distance = (places[:, None] - torch.arange(before, device=device)).abs()
    return (1 - distance).clamp(min=0).float()


class _Strided(nn.Module):
    # A depthwise convolution that halves maps of an even side, with zeros around them as TensorFlow has it. In bf16 a
    # CPU takes several times as long for its gradient as for that of the whole convolution, every other pixel kept.
    def __init__(self, convolution: nn.Conv2d) -> None:
        super().__init__()
        self.weight, self.bias = convolution.weight, convolution.bias

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        spare = self.weight.shape[2] - 2  # of an even side
        maps = nn.functional.pad(maps, (spare // 2, spare - spare // 2) * 2)
        whole = maps.requires_grad and maps.device.type == "cpu"
        made = nn.functional.conv2d(maps, self.weight, self.bias, 1 if whole else 2, groups=len(self.weight))
        return made[:, :, ::2, ::2] if whole else made


def _fold_normalisation(module: nn.Module) -> None:
    """Multiply each batch normalisation into the convolution before it; its activation is left in its place."""
    for (before, convolution), (name, norm) in itertools.pairwise(list(module.named_children())):
        if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
            folded = fuse_conv_bn_eval(convolution, norm)
            halving = folded.stride[0] == 2 and folded.groups > 1
            setattr(module, before, _Strided(folded) if halving else folded)
            setattr(module, name, norm.get_submodule("act"))


def _freeze(module: nn.Module) -> None:
    for part in module.modules():
        for name, weight in list(part.named_parameters(recurse=False)):
            delattr(part, name)
            part.register_buffer(name, weight.detach())
