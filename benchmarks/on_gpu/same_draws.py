"""Random numbers drawn on the CPU whatever the device, so that two devices can be compared step by step."""

from typing import Any

import torch
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

_MADE = (torch.rand, torch.randn, torch.randint)


class SameDraws(TorchFunctionMode):
    """Within it torch's random functions that trainings use draw from the CPU's global generator."""

    def __torch_function__(self, function: Any, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        kwargs = dict(kwargs or {})
        if function in _MADE and kwargs.get("generator") is None:
            device = kwargs.pop("device", None) or "cpu"
            return function(*args, **kwargs, device="cpu").to(device)
        if function in (torch.randn_like, torch.rand_like):
            plain = torch.randn if function is torch.randn_like else torch.rand
            return plain(args[0].shape, dtype=args[0].dtype).to(args[0].device)
        if function is torch.Tensor.bernoulli_:
            drawn, p = args[0], args[1] if len(args) > 1 else kwargs.get("p", 0.5)
            return drawn.copy_((torch.rand(drawn.shape) < p).to(drawn))
        if function is F.dropout:
            return _dropout(*args, **kwargs)
        return function(*args, **kwargs)


def _dropout(images: torch.Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> torch.Tensor:
    if not training or not p:
        return images
    return images * (torch.rand(images.shape) >= p).to(images) / (1 - p)
