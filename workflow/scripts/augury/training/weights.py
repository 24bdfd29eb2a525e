"""A network's weights on disk, in safetensors."""

from collections.abc import Callable
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import nn

from augury.command.errors import UserError
from augury.command.files import atomic
from augury.command.seals import check, write_tensors

Tensors = dict[str, torch.Tensor]


def save_weights(path: str | Path, network: nn.Module) -> None:
    """Write a network's weights atomically."""
    tensors = {name: value.detach().cpu().contiguous() for name, value in network.state_dict().items()}
    with atomic(path) as temporary:
        # Not save_file: it goes through a temporary file of its own, which a kill would leave behind.
        write_tensors(temporary, save(tensors))


def load_weights(path: str | Path, network: nn.Module, fitted: Callable[[Tensors], Tensors] | None = None) -> None:
    """Fill `network` from the file; fitted: its tensors -> those that the network takes, where it is another's.

    Raises UserError when the file is missing, damaged or of another network.
    """
    if not Path(path).exists():
        raise UserError(f"{path} is missing; run the step that trains it")
    check(path, "remove it and train it again")
    try:
        tensors = load_file(path)
        network.load_state_dict(tensors if fitted is None else fitted(tensors))
    except (SafetensorError, RuntimeError) as error:
        first = str(error).splitlines()[0]
        raise UserError(f"{path} does not hold the weights of this network ({first}); train it again") from None
