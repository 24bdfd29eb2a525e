"""Batches of images from a loader over tensors, as tutorials have them, one epoch after another."""

from collections.abc import Iterator

import torch
from torch.utils.data import DataLoader, TensorDataset


def endless(images: torch.Tensor, batch: int) -> Iterator[torch.Tensor]:
    """Of images (N, C, S, S), shuffled in every epoch; what does not fill a batch is left out."""
    loader = DataLoader(TensorDataset(images), batch_size=batch, shuffle=True, drop_last=True)
    while True:
        for (chosen,) in loader:
            yield chosen
