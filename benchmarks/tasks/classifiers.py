"""Training throughput of classifiers, augmentation included: packs in memory against a loader over image files."""

import tempfile
from pathlib import Path

import numpy as np
import torch
from comparison import Comparison
from peers.classifier import Loop
from PIL import Image

from augury.classifiers import precision
from augury.classifiers.description import Description
from augury.classifiers.timm_zoo import network as timm_zoo
from augury.classifiers.timm_zoo.family import TimmSettings
from augury.classifiers.training import ClassifierTraining
from augury.study.arms import Arm
from augury.training.device import choose_device

BATCH, CLASSES, COUNT, STEPS = 32, 4, 128, 2
AUGMENTATION = {"flip_horizontal": True, "rotation_degrees": 30, "scale": 0.1, "shift": 0.05}
AUGMENTATION |= {"brightness": 0.1, "contrast": 0.2}


def resnet18() -> Comparison:
    return _training("resnet18", 224)


def resnet50() -> Comparison:
    return _training("resnet50", 128)


def convnext() -> Comparison:
    return _training("convnext_tiny", 224)


def build(
    architecture: str, size: int, images: np.ndarray, labels: np.ndarray, seed: int = 0, device: str = "cpu", **changes
):
    """Our training with fresh weights, in the precision that pays here."""
    settings = {
        "family": "timm_zoo",
        "architecture": architecture,
        "size_px": size,
        "batch": BATCH,
        "pretrained": False,
    }
    settings |= {
        "augmentation": AUGMENTATION,
        "warmup_frozen_epochs": 0,
        "optimiser": "adamw",
        "epochs": 1000,
        "dropout": 0.0,
        "label_smoothing": 0.1,
    } | changes
    settings = TimmSettings.model_validate(settings)
    labels_of = [str(k) for k in range(CLASSES)]
    description = Description(architecture, "real", Arm(), "holdout", seed, labels_of, settings)
    chosen = choose_device(device, settings.precision, torch.get_num_threads(), timm_zoo.PLAIN_CONVOLUTIONS)
    torch.manual_seed(seed)
    classifier = timm_zoo.build_classifier(settings, CLASSES)
    chosen = precision.fastest(chosen, timm_zoo.PLAIN_CONVOLUTIONS, classifier, description)
    pixels, truths = (torch.from_numpy(each).to(chosen.device) for each in (images, labels))
    return ClassifierTraining(classifier, description, pixels, truths, None, chosen)


def write_files(images: np.ndarray, labels: np.ndarray) -> Path:
    """PNG files as a loader over folders reads them: CLASS/NUMBER.png in a folder of their own."""
    folder = Path(tempfile.mkdtemp())
    for index, (image, label) in enumerate(zip(images, labels, strict=True)):
        path = folder / str(label) / f"{index:04d}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(image).save(path)
    return folder


def _training(architecture: str, size: int) -> Comparison:
    random = np.random.default_rng(0)
    rough = random.integers(0, 256, (COUNT, 16, 16, 3), dtype=np.uint8)
    images = np.stack(
        [np.asarray(Image.fromarray(each).resize((size, size), Image.Resampling.BICUBIC)) for each in rough]
    )
    labels = np.arange(COUNT) % CLASSES
    folder = write_files(images, labels)
    made = build(architecture, size, images, labels)
    loop = Loop(folder, architecture, size, CLASSES, BATCH)
    steps = iter(range(10**9))

    def ours() -> None:
        for _ in range(STEPS):
            made.step(next(steps), 0)

    def peer() -> None:
        for _ in range(STEPS):
            loop.step()

    def check() -> None:
        """From the same weights and the same batch: the same loss in fp32, a near one in our precision."""
        for kind, bound in (("fp32", 1e-4), ("bf16", 3e-2)):
            plain = dict.fromkeys(AUGMENTATION, 0.0) | {"flip_horizontal": False}
            mine = build(architecture, size, images, labels, precision=kind, augmentation=plain, class_weights="none")
            theirs = Loop(folder, architecture, size, CLASSES, BATCH)
            theirs.network.load_state_dict(mine.classifier.network.state_dict())
            indices = mine.sampler.indices(mine.seed, 0)
            batch = torch.from_numpy(images)[indices].permute(0, 3, 1, 2) / 255
            mean, std = (torch.tensor(theirs.network.pretrained_cfg[key])[:, None, None] for key in ("mean", "std"))
            expected = theirs.train((batch - mean) / std, torch.from_numpy(labels)[indices])
            loss = mine.step(0, 0)["loss_train"].item()
            assert abs(loss - expected) <= bound * expected, (kind, loss, expected)

    return Comparison("a fp32 loop over files", "images per second", ours, peer, check, work=STEPS * BATCH, rounds=3)
