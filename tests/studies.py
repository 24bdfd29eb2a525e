"""The shipped studies, and drawn images in the place of theirs."""

from pathlib import Path

import yaml
from snakemake.utils import update_config

from tests.project import draw_image

CONFIG = Path(__file__).resolve().parents[1] / "config"
CIFAR10 = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
HUSHEM = ("Amorphous", "Normal", "Pyriform", "Tapered")
STUDIES = ("cifar10", "copepods", "fusulinids", "hushem", "minerals")
PROTOCOLS = [(name, *paper) for name in STUDIES for paper in ((), (f"studies/{name}-paper",))]
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
