"""Batch normalisation multiplied into the convolution before it, in a network that is used and no longer trained.

In evaluation mode both are linear: one convolution does the work of the two (Jacob et al. 2018, arXiv:1712.05877,
section 3.2), and maps are written and read once less. What a network says changes by rounding alone.
"""

import copy
from collections.abc import Callable, Iterator
from typing import TypeVar, cast

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

AnyModule = TypeVar("AnyModule", bound=nn.Module)
_TOLERANCE = 1e-3  # of the largest value that comes out; rounding is a hundredth of it


@torch.no_grad()
def folded(
    network: AnyModule, run: Callable[[AnyModule, torch.Tensor], torch.Tensor], shape: tuple[int, int, int]
) -> AnyModule:
    """A copy of the network whose batch normalisations are part of convolutions, or itself where none can be.

    Either is in evaluation mode.

    run: (network, images) -> what is asked of it, a tensor; whatever it does not pass stays as it is. shape: (C, S, S)
    of images in [-1, 1]. Which normalisation follows which convolution is seen in one pass, and that the copy says the
    same in another: a network that takes the maps between the two elsewhere, too, stays as it is.
    """
    network.eval()
    place = next(network.parameters()).device
    image = torch.rand(1, *shape, generator=torch.Generator().manual_seed(0)).mul(2).sub(1).to(place)
    pairs, said = _pairs(network, lambda: run(network, image))
    if not pairs:
        return network
    made = copy.deepcopy(network)
    for convolution, norm in pairs:
        before, after = (made.get_submodule(name) for name in (convolution, norm))
        made.set_submodule(convolution, fuse_conv_bn_eval(cast("nn.Conv2d", before), cast("nn.BatchNorm2d", after)))
        made.set_submodule(norm, nn.Sequential(*after.children()) if list(after.children()) else nn.Identity())
    apart = (run(made, image) - said).abs().max()
    return made if apart <= _TOLERANCE * said.abs().max() else network  # not of damaged weights, which are not finite


def _pairs(network: nn.Module, run: Callable[[], torch.Tensor]) -> tuple[list[tuple[str, str]], torch.Tensor]:
    """Names of convolutions and of the normalisations that take their maps as they are, and what the run returns."""
    made: dict[int, tuple[str, torch.Tensor, int]] = {}  # by the maps that a convolution made, and their version then
    passes: dict[str, int] = {}
    found: list[tuple[str, str]] = []

    def convolved(name: str, maps: torch.Tensor) -> None:
        passes[name] = passes.get(name, 0) + 1
        made[id(maps)] = name, maps, maps._version

    def normed(name: str, maps: torch.Tensor) -> None:
        passes[name] = passes.get(name, 0) + 1
        of, _, version = made.get(id(maps), ("", maps, -1))
        if version == maps._version:  # nothing was done to them in their place
            found.append((of, name))

    handles = []
    for name, module in _plain(network):
        if isinstance(module, nn.Conv2d):
            handles.append(module.register_forward_hook(lambda _, __, maps, name=name: convolved(name, maps)))
        else:
            handles.append(module.register_forward_pre_hook(lambda _, given, name=name: normed(name, given[0])))
    try:
        said = run()
    finally:
        for handle in handles:
            handle.remove()
    return [pair for pair in found if all(passes[name] == 1 for name in pair)], said


def _plain(network: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Convolutions and normalisations to which nothing is attached, by name."""
    for name, module in network.named_modules():
        if module._forward_hooks or module._forward_pre_hooks:
            continue
        # timm's normalisations have what follows them, drop and act, in themselves.
        norm = isinstance(module, nn.BatchNorm2d) and {name for name, _ in module.named_children()} <= {"drop", "act"}
        if isinstance(module, nn.Conv2d) or (norm and module.running_mean is not None):
            yield name, module
