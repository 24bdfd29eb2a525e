"""Keeping layers of a network as they are: for good, or for a while.

Layers are counted as the modules that own weights, in the order in which they are defined: a convolution is one, a
batch normalisation is one. Of timm's ResNet50 71% of them, 76 of 107, end inside layer3.4. Gates of channel attention
are not among them: like the head they come without pretrained weights, and are always trained.
"""

import re
from collections.abc import Sequence

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from augury.classifiers.attention import gates_of
from augury.classifiers.family import PretrainedSettings, TrainedSettings
from augury.classifiers.network import Classifier
from augury.command.errors import UserError


class Freezing:
    """Which layers rest at which step of a training: none of families that have no weights to start from.

    settings: what `freeze_fraction` and `freeze_names` say rests for good; all but the head for `warmup_frozen_epochs`.
    Then, with `unfreeze_stage_epochs`, the last stage is trained too, and every so many epochs the one before it, until
    all are. What precedes the first stage goes with it, what follows the last one with the last (Howard and Ruder 2018,
    arXiv:1801.06146, section 3.3).
    """

    def __init__(self, classifier: Classifier, settings: TrainedSettings, steps_per_epoch: int) -> None:
        network, head = classifier.network, nn.ModuleList(classifier.heads)
        self.backbone = first_layers(network, 1.0, head)
        self.fixed: list[nn.Module] = []
        self.warmup_steps = self.stage_steps = 0
        if isinstance(settings, PretrainedSettings):
            fixed = {*first_layers(network, settings.freeze_fraction, head)}
            fixed |= {*named_layers(network, settings.freeze_names, head)}
            self.fixed = [layer for layer in self.backbone if layer in fixed]
            self.warmup_steps = settings.warmup_frozen_epochs * steps_per_epoch
            self.stage_steps = settings.unfreeze_stage_epochs * steps_per_epoch
        self.ends = _ends_of_stages(classifier, self.backbone) if self.stage_steps else []

    def phase(self, step: int) -> int:
        """A number that changes when what rests does: -1 in the warm-up, then the stages that are no longer trained."""
        if step < self.warmup_steps:
            return -1
        if not self.stage_steps:
            return 0
        return max(0, len(self.ends) - 1 - (step - self.warmup_steps) // self.stage_steps)

    def resting(self, phase: int) -> list[nn.Module]:
        """The layers that rest in that phase."""
        if phase < 0:
            return self.backbone
        if not phase:
            return self.fixed
        early = self.backbone[: self.ends[phase - 1]]
        return early + [layer for layer in self.fixed if layer not in set(early)]


def layers_of(network: nn.Module) -> list[nn.Module]:
    """The modules that own weights themselves, first to last. A block that owns a scale of its own is one as well."""
    gates = {module for gate in gates_of(network) for module in gate.modules()}
    modules = [module for module in network.modules() if module not in gates]
    return [module for module in modules if next(module.parameters(recurse=False), None) is not None]


def first_layers(network: nn.Module, fraction: float, head: nn.Module) -> list[nn.Module]:
    """The first round(fraction x layers) layers; the head is counted, and is never among them."""
    layers = layers_of(network)
    heads = set(head.modules())
    return [layer for layer in layers[: round(fraction * len(layers))] if layer not in heads]


def named_layers(network: nn.Module, patterns: Sequence[str], head: nn.Module) -> list[nn.Module]:
    """Layers whose dotted names begin with one of the regular expressions; the head is never among them.

    Raises UserError for an expression that is none, or that no layer fits.
    """
    heads = set(head.modules())
    names = {module: name for name, module in network.named_modules()}
    layers, selected = layers_of(network), set()
    for pattern in patterns:
        try:
            fitting = {layer for layer in layers if re.match(pattern, names[layer])}
        except re.error as error:
            raise UserError(f"`freeze_names`: {pattern} is no regular expression ({error}); mend it") from None
        if not fitting:
            some = ", ".join(names[layer] for layer in layers[:: max(1, len(layers) // 4)])
            raise UserError(f"`freeze_names`: no layer's name begins with {pattern}; names are such as {some}")
        selected |= fitting - heads
    return [layer for layer in layers if layer in selected]


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


def _ends_of_stages(classifier: Classifier, layers: list[nn.Module]) -> list[int]:
    """For each stage, how many of the layers come before its end."""
    order = {module: index for index, module in enumerate(classifier.network.modules())}
    ends = []
    for stage in classifier.stages():
        last = max(order[module] for block in stage for module in block.modules())
        ends.append(sum(order[layer] <= last for layer in layers))
    return ends
