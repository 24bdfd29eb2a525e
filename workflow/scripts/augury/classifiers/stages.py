"""Where networks have stages and blocks: what channel attention follows, and what is unfrozen one after the other.

A stage is a list of places, from the image inwards; a place is a module whose output is that of its block, and the last
place of a stage gives the stage's output.
"""

from torch import nn

from augury.command.errors import UserError

_CONTAINERS = ("stages", "blocks", "layers")  # timm's names: ConvNeXt and ByobNet; EfficientNet and MobileNet; others
_PREFIXES = ("layer", "s")  # layer1 to layer4 of ResNet and ResNeXt, s1 to s4 of RegNet
_POOLS = (nn.MaxPool2d, nn.AvgPool2d)


def stages_of(network: nn.Module, name: str) -> list[list[nn.Module]]:
    """Stages of one of timm's networks. Raises UserError, with its name, where it has none of the known forms."""
    for attribute in _CONTAINERS:
        container = getattr(network, attribute, None)
        if isinstance(container, nn.Sequential | nn.ModuleList):
            return [_blocks(stage) for stage in container]
    for prefix in _PREFIXES:
        stages = [getattr(network, f"{prefix}{number}", None) for number in range(1, 5)]
        if isinstance(stages[0], nn.Module):
            return [list(stage.children()) for stage in stages if stage is not None]
    chain = getattr(network, "features", None)
    if isinstance(chain, nn.Sequential) and all(isinstance(layer, nn.Conv2d) or _simple(layer) for layer in chain):
        return plain_stages(chain)
    remedy = "set `eca: none` and `unfreeze_stage_epochs: 0`, or take another architecture"
    raise UserError(f"{name} has no stages of a form that is known; {remedy}")


def plain_stages(layers: nn.Sequential) -> list[list[nn.Module]]:
    """Stages of a chain of layers, such as VGG's: a block is a convolution with what follows it.

    A stage ends with a pooling, or before a convolution that moves by more than one pixel.
    """
    stages: list[list[nn.Module]] = []
    last: nn.Module | None = None
    for layer in layers:
        if isinstance(layer, nn.Conv2d):
            if last is None or isinstance(last, _POOLS) or max(layer.stride) > 1:
                stages.append([])
            stages[-1].append(layer)
        elif stages:
            stages[-1][-1] = layer
        last = layer
    return stages


def branch_of(block: nn.Module) -> nn.Module | None:
    """The module that gives the output of a block's residual branch, before the shortcut is added; None without one.

    In ResNet's blocks it is the last normalisation. In those of ConvNeXt, EfficientNet and MobileNet it is drop_path,
    which the branch passes through; where such a block has no shortcut, its output is all that there is. A family's
    own blocks call the last module of their branch drop_path.
    """
    for name in ("bn3", "bn2"):
        if hasattr(block, name) and hasattr(block, "downsample"):
            return getattr(block, name)
    if isinstance(getattr(block, "has_skip", None), bool) and not block.has_skip:
        return block
    return getattr(block, "drop_path", None)


def _simple(layer: nn.Module) -> bool:
    return not any(isinstance(module, nn.Conv2d) for module in layer.modules())


def _blocks(stage: nn.Module) -> list[nn.Module]:
    inner = getattr(stage, "blocks", stage)
    return list(inner) if isinstance(inner, nn.Sequential | nn.ModuleList) else [stage]
