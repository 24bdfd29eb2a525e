"""Efficient channel attention (ECA), attached to any network of convolutions without a change to its layers.

Wang et al. 2020 (arXiv:1910.03151): the maps' means over the image pass a convolution along the channels and a sigmoid,
and scale the channels. Its kernel follows from the number of channels, |log2(C)/2 + 1/2| made odd (equation 12).

A gate begins with random weights, and a pretrained network was trained without any: `random`, the published start,
costs it what it knows. Measured with EfficientNet-Lite0 and ImageNet weights before any training, two initialisations
each (one of in_branch): gates let through 0.00 to 1.00 of a channel, 0.50 in the mean; pooled features have a cosine
of .06 at most with those of the network without gates; no image keeps its ImageNet class; and a logistic regression
on them falls from .64 to .21 (per_block), .18 (per_stage) and .18 (in_branch) for 400 images of CIFAR-10, from .77 to
.39, .45 and .46 for sperm heads (five folds, 96 and 132 px). With `identity` a gate is twice the sigmoid of a
convolution that begins with zeros: exactly 1, free to go from 0 to 2, and no feature changes by a bit.
"""

import copy
from typing import TYPE_CHECKING

import torch
from torch import nn

from augury.classifiers.stages import branch_of
from augury.command.compiler import know_shapes
from augury.command.errors import UserError

if TYPE_CHECKING:
    from augury.classifiers.network import Classifier

NAME = "channel_gate"  # what a gate is called in the module whose output it scales


class Gate(nn.Module):
    """Maps (N, C, h, w) -> maps of the same shape. doubled: begin with features unchanged (see above)."""

    def __init__(self, channels: int, doubled: bool) -> None:
        super().__init__()
        from timm.layers import EcaModule  # late: only networks with gates need timm for them

        self.eca, self.doubled = EcaModule(channels), doubled
        if doubled:
            nn.init.zeros_(self.eca.conv.weight)

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        made = self.eca(maps)
        return 2 * made if self.doubled else made


def attach(classifier: "Classifier", where: str, start: str, shape: tuple[int, int, int]) -> None:
    """Attach gates to a classifier (see classifiers.network), each initialised in turn after all of its own weights.

    where: per_block, per_stage (after the last block of each) or in_branch (inside each block's residual branch).
    start: identity or random. shape: (C, S, S) of the images. Raises UserError where the network has no such blocks,
    or their outputs are no maps of channels first.
    """
    modules = _gated_modules(classifier, where)
    names = {module: name for name, module in classifier.named_modules()}
    widths = _widths(classifier, [names[module] for module in modules], shape)
    for module, channels in zip(modules, widths, strict=True):
        module.add_module(NAME, Gate(channels, start == "identity"))
        if not isinstance(module, nn.Sequential):  # a chain runs what is added to it by itself
            module.register_forward_hook(_scale)


def gates_of(network: nn.Module) -> list[nn.Module]:
    """The gates of a network, first to last."""
    return [module for module in network.modules() if isinstance(module, Gate)]


def _scale(module: nn.Module, inputs: tuple, output: torch.Tensor) -> torch.Tensor:
    # Finds the gate by name, not by reference: a copy of the network then has gates of its own.
    return getattr(module, NAME)(output)


def _gated_modules(classifier: "Classifier", where: str) -> list[nn.Module]:
    stages = classifier.stages()
    if where == "per_stage":
        return [stage[-1] for stage in stages]
    blocks = [block for stage in stages for block in stage]
    if where == "per_block":
        return blocks
    branches = [branch for block in blocks if (branch := branch_of(block)) is not None]
    if len(branches) < len(blocks):
        raise UserError("`eca: in_branch`: this network's blocks have no residual branch; set `eca: per_block`")
    return branches


def _widths(classifier: "Classifier", names: list[str], shape: tuple[int, int, int]) -> list[int]:
    """Channels of the outputs of the named modules, from a pass over an image without content."""
    shapes: dict[str, list[torch.Size]] = {name: [] for name in names}
    know_shapes()
    trial = copy.deepcopy(classifier).to("meta").eval()
    for name in names:
        trial.get_submodule(name).register_forward_hook(
            lambda module, inputs, output, name=name: shapes[name].append(output.shape)
        )
    trial(torch.zeros(1, *shape, device="meta"))
    channels_first = getattr(classifier.network, "output_fmt", "NCHW") == "NCHW"
    for name, seen in shapes.items():
        if not channels_first or len(seen) != 1 or len(seen[0]) != 4:
            raise UserError(f"`eca`: {name} of this network gives no maps that a gate could scale; set `eca: none`")
    return [shapes[name][0][1] for name in names]
