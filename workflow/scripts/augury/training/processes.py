"""Several processes that train one network: each on its share of every batch, by torch.distributed.

All begin with the same weights, draw the random numbers of whole batches (randomness.of_batch), take every n-th image
of each and average their gradients. So they do what one process does with the whole batch, but for the order of sums.
Gradients are averaged here and not by torch's wrapper of networks (DistributedDataParallel), whose hooks miss networks
that are called by another name than their own and gradients of gradients. Without others, all of this does nothing.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

import torch
from torch import distributed

from augury.command import peers
from augury.command.errors import Stopped

MOST_SECONDS = 1800  # that one waits for another, which may be reading a large pack


class Lost(Stopped):
    """Another of the processes has ended."""


@contextlib.contextmanager
def joined(device: torch.device) -> Iterator[None]:
    """Meet the others, and part when the block ends well; only where torchrun started this process.

    device: where it computes. Tensors of the CPU go through gloo, those of a GPU through NCCL.
    """
    if not peers.is_member():
        yield
        return
    on_gpu = device.type == "cuda"
    distributed.init_process_group(
        "cpu:gloo,cuda:nccl" if on_gpu else "gloo",
        timeout=timedelta(seconds=MOST_SECONDS),
        device_id=device if on_gpu else None,
    )
    yield
    distributed.destroy_process_group()


def count() -> int:
    """How many there are."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def rank() -> int:
    """Number of this one, from 0; the first writes for all."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def is_first() -> bool:
    """Whether this one writes, for itself or for all."""
    return rank() == 0


def share(values: torch.Tensor, dim: int = 0) -> torch.Tensor:
    """Of values for each image of a whole batch, those of this process: every n-th along `dim`.

    So images that a layer compares, such as a group of the minibatch standard deviation, are in one process.
    """
    if count() == 1:
        return values
    return values[(slice(None),) * dim + (slice(rank(), None, count()),)]


def gathered(values: torch.Tensor) -> torch.Tensor:
    """The values (N, ...) of the whole batch, in its order, of those for this process's images; without gradients."""
    if count() == 1:
        return values
    parts = [torch.empty_like(values) for _ in range(count())]
    _together(distributed.all_gather, parts, values.detach().contiguous())
    return torch.stack(parts, dim=1).flatten(0, 1)


def mean(values: torch.Tensor) -> torch.Tensor:
    """The mean over processes of a tensor that each has, with its gradients: of a mean over shares, the batch's."""
    return _Mean.apply(values) if count() > 1 else values


def average_gradients(weights: Iterable[torch.Tensor]) -> None:
    """Replace each weight's gradient, of this process's mean loss, by that of the batch's mean loss."""
    gradients = [weight.grad for weight in weights if weight.grad is not None]
    if count() == 1 or not gradients:
        return
    flat = _averaged(torch.cat([gradient.flatten() for gradient in gradients]))
    parts = flat.split([gradient.numel() for gradient in gradients])
    torch._foreach_copy_(gradients, [part.view_as(own) for part, own in zip(parts, gradients, strict=True)])


def any_of(flag: bool) -> bool:
    """Whether it is so in one of them. All have come here when it returns."""
    if count() == 1:
        return flag
    flags = torch.tensor(float(flag))
    _together(distributed.all_reduce, flags, distributed.ReduceOp.MAX)
    return bool(flags)


def wait() -> None:
    """Until all have come here."""
    any_of(False)


class _Mean(torch.autograd.Function):
    # Of the losses of all processes, which are averaged, each depends on the mean: so gradients are averaged too.
    @staticmethod
    def forward(_: Any, values: torch.Tensor) -> torch.Tensor:
        return _averaged(values)

    @staticmethod
    def backward(_: Any, gradient: torch.Tensor) -> torch.Tensor:
        return _averaged(gradient)


def _averaged(values: torch.Tensor) -> torch.Tensor:
    total = values.detach().clone()
    _together(distributed.all_reduce, total)
    return total / count()


def _together(act: Callable[..., Any], *arguments: Any) -> None:
    try:
        act(*arguments)
    except RuntimeError as error:
        raise Lost(f"another process of this training has ended ({str(error).splitlines()[0]})") from error
