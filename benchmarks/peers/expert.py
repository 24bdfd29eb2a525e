"""Twenty images per class as somebody who knows timm would classify them, in a script of an afternoon.

EfficientNet-Lite0 fine-tuned at 224 px with the usual augmentations, a logistic regression on features of three
networks, and the mean of both. No validation part: every image trains, and the last epoch is kept.
"""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from timm.scheduler import CosineLRScheduler
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

PX, EPOCHS, BATCH, RATE = 224, 30, 16, 3e-4
BACKBONES = ("tf_efficientnet_lite0", "tf_efficientnet_lite1", "tf_efficientnet_lite2")


class Files(Dataset):
    """(image, class) of files, through transforms."""

    def __init__(self, paths: list[Path], labels: np.ndarray, transform: transforms.Compose) -> None:
        self.paths, self.labels, self.transform = paths, labels, transform

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        with Image.open(self.paths[index]) as image:
            return self.transform(image.convert("RGB")), int(self.labels[index])


def finetuned(model: torch.nn.Module, train: tuple[list[Path], np.ndarray], test: list[Path]) -> np.ndarray:
    """Class probabilities (N, K) of the test files by a model of timm with pretrained weights and a new head."""
    normalise = transforms.Normalize(model.pretrained_cfg["mean"], model.pretrained_cfg["std"])
    augment = transforms.Compose([
        transforms.RandomResizedCrop(PX, scale=(0.7, 1.0)),
        transforms.RandomHorizontalFlip(),
        transforms.RandomVerticalFlip(),
        transforms.ColorJitter(brightness=0.2, contrast=0.2),
        transforms.ToTensor(),
        normalise,
    ])  # fmt: skip
    loader = DataLoader(Files(*train, augment), batch_size=BATCH, shuffle=True, drop_last=True)
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.05)
    schedule = CosineLRScheduler(optimiser, t_initial=EPOCHS, warmup_t=3, warmup_lr_init=1e-5)
    loss = torch.nn.CrossEntropyLoss(label_smoothing=0.1)
    model.train()
    for epoch in range(EPOCHS):
        schedule.step(epoch)
        for images, labels in loader:
            optimiser.zero_grad()
            loss(model(images), labels).backward()
            optimiser.step()
    return _run(model, test, normalise).softmax(dim=1).numpy()


def logistic(models: list[torch.nn.Module], train: tuple[list[Path], np.ndarray], test: list[Path]) -> np.ndarray:
    """The same by a logistic regression on the pooled features of several models, which see one view of each image."""
    seen = []
    for files in (train[0], test):
        each = [
            _run(model, files, transforms.Normalize(model.pretrained_cfg["mean"], model.pretrained_cfg["std"]), True)
            for model in models
        ]
        seen.append(torch.cat(each, dim=1).numpy())
    fitted = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=2000)).fit(seen[0], train[1])
    return fitted.predict_proba(seen[1])


def _run(
    model: torch.nn.Module, files: list[Path], normalise: transforms.Normalize, pooled: bool = False
) -> torch.Tensor:
    prepare = transforms.Compose([transforms.Resize((PX, PX)), transforms.ToTensor(), normalise])
    loader = DataLoader(Files(files, np.zeros(len(files)), prepare), batch_size=BATCH)
    model.eval()
    with torch.no_grad():
        if not pooled:
            return torch.cat([model(images) for images, _ in loader])
        return torch.cat([model.forward_head(model.forward_features(images), pre_logits=True) for images, _ in loader])
