"""What follows a convolution made part of it, in a network that is used and no longer trained.

In evaluation mode a batch normalisation is linear, as the convolution before it is: one convolution does the work of
both (Jacob et al. 2018, arXiv:1712.05877, section 3.2). On a CPU it applies the activation, too (see fusing). Maps are
written and read less often, and what a network says changes by rounding alone.
"""

import copy
from collections.abc import Callable
from typing import TypeVar, cast

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from augury.classifiers import fusing

AnyModule = TypeVar("AnyModule", bound=nn.Module)
_TOLERANCE = 1e-3  # of the largest value that comes out; rounding is a hundredth of it


@torch.no_grad()
def folded(
    network: AnyModule, run: Callable[[AnyModule, torch.Tensor], torch.Tensor], shape: tuple[int, int, int]
) -> AnyModule:
    """A copy of the network whose convolutions do what follows them, or itself where none can.

    Either is in evaluation mode.

    run: (network, images) -> what is asked of it, a tensor; whatever it does not pass stays as it is. shape: (C, S, S)
    of images in [-1, 1]. What follows which convolution is seen in one pass, and that the copy says the same in
    another: a network that takes the maps between the two elsewhere, too, stays as it is.
    """
    network.eval()
    place = next(network.parameters()).device
    image = torch.rand(1, *shape, generator=torch.Generator().manual_seed(0)).mul(2).sub(1).to(place)
    made, said = copy.deepcopy(network), run(network, image)
    changed = sum([change(made, lambda: run(made, image)) for change in (_fold, _fuse)])
    if not changed:
        return network
    apart = (run(made, image) - said).abs().max()
    return made if apart <= _TOLERANCE * said.abs().max() else network  # not of damaged weights, which are not finite


def _fold(network: nn.Module, run: Callable[[], torch.Tensor]) -> int:
    """Normalisations into the convolutions before them; how many."""

    # timm's normalisations have what follows them, drop and act, in themselves.
    def is_norm(module: nn.Module) -> bool:
        plain = isinstance(module, nn.BatchNorm2d) and {name for name, _ in module.named_children()} <= {"drop", "act"}
        return plain and module.running_mean is not None

    pairs = _pairs(network, run, is_norm)[0]
    for convolution, norm in pairs:
        before, after = (network.get_submodule(name) for name in (convolution, norm))
        network.set_submodule(convolution, fuse_conv_bn_eval(cast("nn.Conv2d", before), cast("nn.BatchNorm2d", after)))
        network.set_submodule(norm, nn.Sequential(*after.children()) if list(after.children()) else nn.Identity())
    return len(pairs)


def _fuse(network: nn.Module, run: Callable[[], torch.Tensor]) -> int:
    """Activations into the convolutions before them, and convolutions as a CPU computes them best; how many."""
    pairs, shapes = _pairs(network, run, lambda module: type(module) in fusing.ACTIVATIONS)
    behind = dict(pairs)
    fusible = [name for name in shapes if fusing.fusible(network.get_submodule(name))]
    for name in fusible:
        convolution = cast("nn.Conv2d", network.get_submodule(name))
        activation = network.get_submodule(behind[name]) if name in behind else None
        network.set_submodule(name, fusing.Fused(convolution, activation, shapes[name]))
        if name in behind:
            network.set_submodule(behind[name], nn.Identity())
    return len(fusible)


def _pairs(
    network: nn.Module, run: Callable[[], torch.Tensor], follows: Callable[[nn.Module], bool]
) -> tuple[list[tuple[str, str]], dict[str, torch.Size]]:
    """Names of convolutions and of such modules that take their maps as they are, each of which works once in a run.

    Beside them the shapes of the maps that came to convolutions to which nothing is attached, by name.
    """
    made: dict[int, tuple[str, torch.Tensor, int]] = {}  # by the maps that a convolution made, and their version then
    passes: dict[str, int] = {}
    shapes: dict[str, torch.Size] = {}
    found: list[tuple[str, str]] = []

    def convolved(name: str, given: torch.Tensor, maps: torch.Tensor) -> None:
        passes[name] = passes.get(name, 0) + 1
        shapes[name] = given.shape
        made[id(maps)] = name, maps, maps._version

    def followed(name: str, maps: torch.Tensor) -> None:
        passes[name] = passes.get(name, 0) + 1
        of, _, version = made.get(id(maps), ("", maps, -1))
        if version == maps._version:  # nothing was done to them in their place
            found.append((of, name))

    handles = []
    for name, module in network.named_modules():
        if module._forward_hooks or module._forward_pre_hooks:
            continue
        if isinstance(module, nn.Conv2d):
            hook = module.register_forward_hook(lambda _, given, maps, name=name: convolved(name, given[0], maps))
        elif follows(module):
            hook = module.register_forward_pre_hook(lambda _, given, name=name: followed(name, given[0]))
        else:
            continue
        handles.append(hook)
    try:
        run()
    finally:
        for handle in handles:
            handle.remove()
    return [pair for pair in found if all(passes[name] == 1 for name in pair)], shapes
