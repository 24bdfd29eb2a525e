"""The layer whose maps Grad-CAM weighs: the last one with spatial positions, found by running the network once.

Convolutional networks: the layer that hands over what the family calls `feature_maps`, the last maps before pooling.
Transformers: where one of timm keeps its maps as (N, h, w, D), as Swin does, they are turned round. Where it keeps a
row of tokens, the layer is the first normalisation of the last block (`blocks[-1].norm1`), as pytorch-grad-cam advises:
what comes after it no longer passes from the patches to the class token, so that its gradient is nought.
"""

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from augury.classifiers.network import Classifier


@dataclasses.dataclass(frozen=True)
class Target:
    """A layer with spatial positions. `to_maps` turns what it gives into (N, D, h, w), where it is something else."""

    name: str  # inside the classifier, as in network.layer4
    layer: nn.Module
    to_maps: Callable[[torch.Tensor], torch.Tensor] | None


@torch.no_grad()
def find_target(classifier: Classifier, images: torch.Tensor) -> Target | None:
    """The layer for Grad-CAM, or None where the network has none. images: (N, C, S, S) in [-1, 1] to run it on."""
    given: list[tuple[str, nn.Module, torch.Tensor]] = []

    def watch(name: str, module: nn.Module) -> Any:
        return module.register_forward_hook(lambda _, __, output: given.append((name, module, output)))

    handles = [watch(name, module) for name, module in classifier.named_modules() if name]
    try:
        maps = classifier.eval().feature_maps(images)
    finally:
        for handle in handles:
            handle.remove()
    if maps.ndim == 3:
        return _of_tokens(classifier, given, maps)
    # Of layers within layers that hand over the same tensor the outermost ends last.
    ends = [(name, module) for name, module, output in given if output is maps]
    if not ends:  # the family computes the maps outside of any module
        ends = [(name, module) for name, module, output in given if _is_spatial(output)]
    if not ends or maps.ndim != 4:
        return None
    turned = getattr(classifier.network, "output_fmt", "NCHW") == "NHWC"
    return Target(*ends[-1], _channels_first if turned else None)


def _of_tokens(
    classifier: Classifier, given: list[tuple[str, nn.Module, torch.Tensor]], tokens: torch.Tensor
) -> Target | None:
    """tokens: (N, T, D), of which the first may belong to no patch, such as a class token."""
    named = dict(classifier.named_modules())
    blocks = getattr(classifier.network, "blocks", None)
    before = f"network.blocks.{len(blocks) - 1}.norm1" if isinstance(blocks, nn.Sequential | nn.ModuleList) else ""
    if before and before in named:
        return Target(before, named[before], _square)
    ends = [(name, module) for name, module, output in given if output is tokens]
    return Target(*ends[-1], _square) if ends else None


def _is_spatial(output: Any) -> bool:
    return isinstance(output, torch.Tensor) and output.ndim == 4 and output.shape[2] > 1


def _channels_first(maps: torch.Tensor) -> torch.Tensor:
    return maps.permute(0, 3, 1, 2)


def _square(tokens: torch.Tensor) -> torch.Tensor:
    """(N, T, D) -> (N, D, h, h): the last h x h tokens are the patches of a square image, row by row."""
    side = math.isqrt(tokens.shape[1])
    return tokens[:, tokens.shape[1] - side * side :].unflatten(1, (side, side)).permute(0, 3, 1, 2)
