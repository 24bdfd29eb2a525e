"""The trainings that are tried: every family of generators and of classifiers, with what can be switched on in them."""

import importlib
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from augury.classifiers import precision as choosing
from augury.classifiers.description import Description
from augury.classifiers.model_folder import family_module
from augury.classifiers.training import ClassifierTraining
from augury.settings.families import family, names
from augury.study.arms import Arm
from augury.training.device import choose_device
from augury.training.randomness import seed_step

ADA = {"pipeline": "bgc", "p": 0.3}
SMALL = {
    "stylegan2": {"batch": 4, "channel_base": 256, "channel_max": 32, "latent_dim": 16, "style_dim": 16},
    "dcgan": {"width": 8},
    "diffusion": {"model_channels": 8, "steps": 2},
    "projected": {"width": 4, "features_px": 128},
}
GENERATORS: dict[str, tuple[dict[str, Any], bool]] = {  # settings, and whether it is told the class
    "dcgan": ({"family": "dcgan"}, False),
    "dcgan conditional": ({"family": "dcgan"}, True),
    "dcgan lecam diffaugment": (
        {
            "family": "dcgan",
            "lecam": {"weight": 0.1, "start_step": 0},
            "diffaugment": ["colour", "translation", "cutout"],
        },
        False,
    ),
    "dcgan ada": ({"family": "dcgan", "ada": {"pipeline": "bgcfnc", "p": 0.3}}, False),
    "dcgan grey 132": (
        {"family": "dcgan", "size_px": 132, "channels": "grey", "extra_convolutions": 2, "batch": 8},
        False,
    ),
    "dcgan relativistic": ({"family": "dcgan", "loss": "relativistic"}, True),
    "stylegan2 relativistic": ({"family": "stylegan2", "loss": "relativistic", "ada": ADA, "batch": 4}, False),
    "stylegan2 ada lecam": (
        {"family": "stylegan2", "ada": ADA, "lecam": {"weight": 1e-2, "start_step": 0}, "batch": 4},
        False,
    ),
    "stylegan2 conditional": ({"family": "stylegan2", "ada": {"pipeline": "bgcfnc", "p": 0.3}, "batch": 4}, True),
    "stylegan2 residual": (
        {
            "family": "stylegan2",
            "generator_architecture": "residual",
            "discriminator_architecture": "skip",
            "diffaugment": ["colour", "translation", "cutout"],
            "freeze_layers": 2,
            "batch": 4,
        },
        False,
    ),
    "diffusion": ({"family": "diffusion", "batch": 4, "warmup_steps": 2}, False),
    "diffusion conditional": (
        {"family": "diffusion", "size": "gpu", "label_dropout": 0.1, "guidance": 2, "s_churn": 40, "batch": 4},
        True,
    ),
    "projected": ({"family": "projected", "batch": 4}, False),
    "projected conditional grey": (
        {"family": "projected", "channels": "grey", "lecam": {"weight": 0.1}, "freeze_layers": 2, "batch": 4},
        True,
    ),
    "stylegan2 plain": ({"family": "stylegan2", "batch": 4}, False),
}
FROM_SCRATCH = {"pretrained": False, "warmup_frozen_epochs": 0}
CLASSIFIERS: dict[str, dict[str, Any]] = {
    "lenet5": {"family": "lenet5", "size_px": 32},
    "four_block_cnn": {"family": "four_block_cnn", "size_px": 64, "mixup": 0.2, "eca": "per_block"},
    "dcgan_discriminator": {"family": "dcgan_discriminator", "size_px": 64},
    "alexnet": {"family": "torchvision_zoo", "architecture": "alexnet", "size_px": 64, **FROM_SCRATCH},
    "googlenet": {
        "family": "torchvision_zoo", "architecture": "googlenet", "size_px": 64, "auxiliary": True, **FROM_SCRATCH
    },
    **{
        name: {"family": "timm_zoo", "architecture": name, "size_px": size, **FROM_SCRATCH}
        for name, size in (
            ("vgg19", 64),
            ("resnet18", 64),
            ("resnet50", 224),
            ("resnext50_32x4d", 64),
            ("efficientnet_b0", 64),
            ("tf_efficientnet_lite0", 224),
            ("convnext_tiny", 224),
            ("mobilenetv3_large_100", 64),
            ("vit_tiny_patch16_224", 224),
        )
    },
    "convnext_tiny eca": {
        "family": "timm_zoo", "architecture": "convnext_tiny", "size_px": 64, "eca": "per_block", "ema_decay": 0.99,
        **FROM_SCRATCH,
    },
    "lite0 from 64 px": {
        "family": "timm_zoo", "architecture": "tf_efficientnet_lite0", "size_px": 96, "image_px": 64, "cutmix": 1.0,
        **FROM_SCRATCH,
    },
}  # fmt: skip
CLASSES = ["a", "b", "c"]


def _without_case(kind: str, cases: Iterable[dict[str, Any]]) -> list[str]:
    """Families of a kind that none of the cases is of."""
    return sorted({*names(kind)} - {settings["family"] for settings in cases})


# A family that is added is tried with its defaults, until it gets cases of its own above.
for _name in _without_case("generators", [settings for settings, _ in GENERATORS.values()]):
    if family("generators", _name).trained:
        GENERATORS[_name] = ({"family": _name}, False)
for _name in _without_case("classifiers", CLASSIFIERS.values()):
    if not hasattr(family_module(_name), "Training"):  # which takes no gradient steps
        CLASSIFIERS[_name] = {"family": _name}


def complete(kind: str, settings: dict[str, Any]) -> Any:
    """Settings of a family, with its defaults; kind: generators, classifiers or selections."""
    return family(kind, settings["family"]).settings.model_validate(settings)


def pixels(count: int, size_px: int, channels: int, seed: int = 0) -> np.ndarray:
    """Smooth coloured images (count, S, S, C) uint8, each class of its own hue."""
    random = np.random.default_rng(seed)
    made = []
    for number in range(count):
        rough = random.integers(60, 200, (6, 6, 3), dtype=np.uint8)
        rough[..., number % 3] = np.minimum(255, rough[..., number % 3].astype(int) + 55)
        made.append(np.asarray(Image.fromarray(rough).resize((size_px, size_px), Image.Resampling.BICUBIC)))
    images = np.stack(made)
    return images if channels == 3 else images[..., :1].copy()


def generator(settings: dict[str, Any], conditional: bool, device: str, precision: str = "fp32", count: int = 96):
    """The training of a generator with fresh weights, of smooth images."""
    settings = {"size_px": 64, "precision": precision} | settings
    settings = complete("generators", settings)
    training = importlib.import_module(f"augury.generators.{settings.family}.training").TASK
    size, channels = settings.size_px, 1 if settings.channels == "grey" else 3
    about = {"settings": training.resolved(settings), "size_px": size, "channels": channels, "conditional": conditional}
    about |= {"generator": settings.family, "split": "holdout", "seed": 0, "classes": CLASSES, "class": "all"}
    chosen = choose_device(device, precision, torch.get_num_threads(), bf16_pays_on_cpu=True)
    labels = torch.arange(count, device=chosen.device) % len(CLASSES) if conditional else None
    images = chosen.hold(pixels(count, size, channels))
    return training(about, images, labels, chosen, Path(tempfile.mkdtemp()))


def classifier(settings: dict[str, Any], device: str, precision: str = "fp32", count: int = 96):
    """The training of a classifier with fresh weights, of smooth images."""
    settings = {"precision": precision, "batch": 8} | settings
    settings = complete("classifiers", settings)
    description = Description("timed", "real", Arm(), "holdout", 0, CLASSES, settings)
    module = family_module(settings.family)
    chosen = choose_device(device, precision, torch.get_num_threads(), module.PLAIN_CONVOLUTIONS)
    seed_step("initial weights")
    made = module.build_classifier(settings, len(CLASSES))
    chosen = choosing.fastest(chosen, module.PLAIN_CONVOLUTIONS, made, description)
    images = pixels(count, description.size_px, description.channels)
    labels = torch.arange(count) % len(CLASSES)
    loaded, truths = chosen.hold(images), labels.to(chosen.device)
    return ClassifierTraining(made, description, loaded, truths, (loaded[:12], truths[:12]), chosen)


def small(settings: dict[str, Any]) -> dict[str, Any]:
    """The same settings of a network that a CPU trains in a second."""
    if settings["family"] in SMALL:
        return settings | SMALL[settings["family"]] | {"size_px": 36 if settings.get("size_px") == 132 else 16}
    return settings
