"""A classifier as tutorials train it: a DataLoader over image files, torchvision's transforms, fp32, AdamW."""

from collections.abc import Iterator
from pathlib import Path

import timm
import torch
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import ImageFolder


class Loop:
    """The loop over folder/CLASS/*.png; the network's mean and deviation normalise, images are enlarged to size_px."""

    def __init__(self, folder: Path, architecture: str, size_px: int, classes: int, batch: int) -> None:
        self.network = timm.create_model(architecture, num_classes=classes)
        mean, deviation = self.network.pretrained_cfg["mean"], self.network.pretrained_cfg["std"]
        prepared = transforms.Compose([
            transforms.RandomHorizontalFlip(),
            transforms.RandomAffine(30, translate=(0.05, 0.05), scale=(0.9, 1.1)),
            transforms.ColorJitter(brightness=0.1, contrast=0.2),
            transforms.Resize(size_px),
            transforms.ToTensor(),
            transforms.Normalize(mean, deviation),
        ])  # fmt: skip
        self.loader = DataLoader(ImageFolder(str(folder), prepared), batch_size=batch, shuffle=True, drop_last=True)
        self.optimiser = torch.optim.AdamW(self.network.parameters(), lr=5e-4)
        self.loss = torch.nn.CrossEntropyLoss(label_smoothing=0.1)
        self.batches = self._endless()

    def _endless(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        while True:
            yield from self.loader

    def step(self) -> float:
        """One batch."""
        return self.train(*next(self.batches))

    def train(self, images: torch.Tensor, labels: torch.Tensor) -> float:
        """The same with a batch given."""
        self.network.train()
        self.optimiser.zero_grad()
        loss = self.loss(self.network(images), labels)
        loss.backward()
        self.optimiser.step()
        return loss.item()
