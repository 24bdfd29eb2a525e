"""The shipped studies, and drawn images in the place of theirs."""

from pathlib import Path

import numpy as np
import yaml
from snakemake.utils import update_config

from augury.datasets import cifar10
from tests.project import draw_image
from tests.scripts.in_process import call

CONFIG = Path(__file__).resolve().parents[1] / "config"
CIFAR10 = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
HUSHEM = ("Amorphous", "Normal", "Pyriform", "Tapered")
STUDIES = ("cifar10", "copepods", "fusulinids", "hushem", "minerals")
PROTOCOLS = [(name, *paper) for name in STUDIES for paper in ((), (f"studies/{name}-paper",))]
SIZES = {"copepods": (300, 280), "hushem": (131, 131)}  # of which the first refuses smaller ones
WEIGHTS = ("vgg19", "googlenet", "resnet50", "resnext50_32x4d", "convnext_tiny", "efficientnet_b0")


def read(*names: str) -> dict:
    """Files of config/, each laid over those before it as Snakemake does it."""
    config = {}
    for name in names:
        update_config(config, yaml.safe_load((CONFIG / f"{name}.yaml").read_text(encoding="utf-8")))
    return config


def classes_of(name: str) -> list[str] | tuple[str, ...]:
    """The folders that a study looks for; of hushem, which takes those that are there, the data's."""
    return read(f"studies/{name}").get("classes", HUSHEM)


def draw_place(place: Path) -> None:
    """As few files per class as can be divided, and empty files of weights, whose content no plan reads."""
    folders = {name: classes_of(name) for name in STUDIES if name != "cifar10"}
    folders |= {f"cifar10/{part}": CIFAR10 for part in ("train", "test")}
    for folder, classes in folders.items():
        for name in classes:
            draw_image(place / "resources" / folder / name / "0.png", 0, 0)
            # Study 4 takes 40 images per class for training and validation.
            for number in range(1, 41 if folder == "hushem" else 5):
                (place / "resources" / folder / name / f"{number}.png").write_bytes(f"{number}".encode())
    for architecture in WEIGHTS:
        path = place / "resources" / "weights" / f"{architecture}.safetensors"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")


def put_images(place, name):
    """Drawn images where a study looks for its own, as many of a class as it can divide and train on."""
    if name == "cifar10":
        batches = place / "cifar-10-batches-bin"
        batches.mkdir()
        (batches / cifar10.NAMES).write_text("\n".join(CIFAR10) + "\n")
        random = np.random.default_rng(0)
        for file in [*cifar10.PARTS["train"], *cifar10.PARTS["test"]]:
            labels = np.repeat(np.arange(10), 3)
            pixels = random.integers(0, 256, (len(labels), cifar10.RECORD_BYTES - 1), dtype=np.uint8)
            (batches / file).write_bytes(np.column_stack([labels.astype(np.uint8), pixels]).tobytes())
        call("unpack_cifar10", ["--batches", batches, "--output", place / "resources" / "cifar10"])
        return
    for kind, class_ in enumerate(classes_of(name)):
        for number in range(44 if name == "hushem" else 12):
            path = place / "resources" / name / class_ / f"{number:03d}.png"
            draw_image(path, number, kind, SIZES.get(name, (132, 132)))
