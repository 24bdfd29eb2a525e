"""Beginning with another diffusion model, which may have been told other classes and taxa."""

import math
from collections.abc import Mapping, Sequence

import torch
from torch import nn

_TOLD = "denoiser.network.of_label."
_OPTIONAL = (_TOLD, "denoiser.network.of_move.")  # layers that are there only where there is something to tell


def fitted(
    tensors: Mapping[str, torch.Tensor], network: nn.Module, before: Sequence[str], names: Sequence[str]
) -> dict[str, torch.Tensor]:
    """The other's weights as the network takes them; what it is told by names that the other did not know stays fresh.

    before: classes and taxa that the other was told; names: those of the network.
    """
    own = {name: value for name, value in network.state_dict().items() if name.startswith(_OPTIONAL)}
    made = {name: value for name, value in tensors.items() if name in own or not name.startswith(_OPTIONAL)}
    weight = f"{_TOLD}weight"
    if weight in own and weight in made:
        columns, theirs = own[weight].clone(), made[weight]
        for index, name in enumerate(names):
            if name in before:
                # The network multiplies by the root of their number.
                columns[:, index] = theirs[:, before.index(name)] * math.sqrt(len(before) / len(names))
        made[weight] = columns
    return own | made
