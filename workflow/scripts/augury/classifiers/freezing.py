"""Keeping the first layers of a network as they are.

Layers are counted as the modules that own weights, in the order in which they are defined: a convolution is one, a
batch normalisation is one. Of timm's ResNet50 71% of them, 76 of 107, end inside layer3.4.
"""

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm


def layers_of(network: nn.Module) -> list[nn.Module]:
    """The modules that own weights themselves, first to last. A block that owns a scale of its own is one as well."""
    return [module for module in network.modules() if next(module.parameters(recurse=False), None) is not None]


def first_layers(network: nn.Module, fraction: float, head: nn.Module) -> list[nn.Module]:
    """The first round(fraction x layers) layers; the head is counted, and is never among them."""
    layers = layers_of(network)
    heads = set(head.modules())
    return [layer for layer in layers[: round(fraction * len(layers))] if layer not in heads]


def set_frozen(network: nn.Module, frozen: list[nn.Module]) -> None:
    """Put `network` into training mode with the layers of `frozen` as they are, and all others trainable.

    A frozen layer takes no gradient, and a frozen batch normalisation keeps its running statistics and uses them.
    """
    network.train()
    network.requires_grad_(True)
    for layer in frozen:
        for weight in layer.parameters(recurse=False):
            weight.requires_grad_(False)
        if isinstance(layer, _BatchNorm):
            layer.eval()
