"""Batch-norm statistics that belong to the weights as they are, not to those of some steps ago.

Training keeps running averages over about ten steps. Where an epoch has two steps, weights run ahead of them, and what
the network says in evaluation mode is off. "Precise batch norm" takes the averages anew, with the weights at rest, over
training images (Wu and Johnson 2021, arXiv:2105.07576, section 3).
"""

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from augury.augmentation.classical import scale
from augury.images.mapped_arrays import give_back

MOST_IMAGES = 1024  # more change the averages no longer


@torch.no_grad()
def calibrate(network: nn.Module, images: torch.Tensor, batches: list[torch.Tensor], fixed: list[nn.Module]) -> None:
    """Replace the running statistics of every batch normalisation but those in `fixed`; leaves evaluation mode on.

    images: (N, S, S, C) uint8. batches: the batches, as indices into them; each weighs the same.
    """
    network.eval()
    frozen = set(fixed)
    layers = [module for module in network.modules() if isinstance(module, _BatchNorm) and module not in frozen]
    momenta = [layer.momentum for layer in layers]
    for layer in layers:
        layer.reset_running_stats()
        layer.train()
    if layers:
        for number, batch in enumerate(batches, start=1):
            for layer in layers:
                # A plain average over batches. None would say so too, but each layer would wait for its own count.
                layer.momentum = 1 / number
            network(scale(images[batch]))
            give_back()
    for layer, momentum in zip(layers, momenta, strict=True):
        layer.momentum = momentum
        layer.eval()
