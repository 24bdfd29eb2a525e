"""What networks of timm and torchvision have in common, for type checkers: the libraries make them, nobody here."""

from typing import Any

import torch
from torch import nn


class ZooNetwork(nn.Module):
    """A network with timm's methods; of torchvision's, which have no types either, only the record is used."""

    pretrained_cfg: dict[str, Any]  # mean, std, first_conv, classifier and more
    num_features: int  # maps before pooling
    head_hidden_size: int  # features that the head sees

    def forward_features(self, images: torch.Tensor) -> torch.Tensor:
        """The last maps before pooling."""
        raise NotImplementedError

    def forward_head(self, maps: torch.Tensor, pre_logits: bool = False) -> torch.Tensor:
        """Logits, or what the head sees."""
        raise NotImplementedError

    def get_classifier(self) -> nn.Module | tuple[nn.Module, ...]:
        """The head; of distilled networks both."""
        raise NotImplementedError

    def reset_classifier(self, num_classes: int) -> None:
        """Another head; none for 0 classes."""
        raise NotImplementedError
