"""What every family's classifier is: a normalisation that travels with the weights, a body and a linear head."""

from collections.abc import Sequence

import torch
from torch import nn


class Normalise(nn.Module):
    """Images in [-1, 1] -> (pixel - mean) / deviation, where mean and deviation are given for pixels in [0, 1].

    Both are buffers, so that saved weights say what their input is.
    """

    def __init__(self, mean: Sequence[float], deviation: Sequence[float]) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(len(mean)))
        self.register_buffer("deviation", torch.ones(len(mean)))
        self.set(mean, deviation)

    def set(self, mean: Sequence[float], deviation: Sequence[float]) -> None:
        """Take other values, one a channel."""
        self.mean.copy_(torch.tensor(mean))
        self.deviation.copy_(torch.tensor(deviation))

    def describe(self) -> dict[str, list[float]]:
        """The values, for the record of a run."""
        return {name: [round(value, 6) for value in getattr(self, name).tolist()] for name in ("mean", "deviation")}

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        scale = 0.5 / self.deviation
        shift = (0.5 - self.mean) / self.deviation
        return images * scale[:, None, None] + shift[:, None, None]


class Classifier(nn.Module):
    """Images (N, C, S, S) in [-1, 1] -> logits (N, K). A family fills in the three methods below.

    normalise: the first layer. network: everything else, whose modules count for freezing.
    """

    def __init__(self, normalise: Normalise, network: nn.Module) -> None:
        super().__init__()
        self.normalise, self.network = normalise, network

    def feature_maps(self, images: torch.Tensor) -> torch.Tensor:
        """The last maps before pooling, (N, D, h, w) for convolutional networks."""
        raise NotImplementedError

    def features(self, images: torch.Tensor) -> torch.Tensor:
        """What the head sees, (N, D)."""
        raise NotImplementedError

    @property
    def head(self) -> nn.Module:
        """The last layer, which is made anew for each set of classes."""
        raise NotImplementedError

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.network(self.normalise(images))
