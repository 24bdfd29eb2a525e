"""Making a generator of images that are there already. A family brings `networks` and `images.collect`."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from augury.generators.family import GeneratorSettings
from augury.generators.sheets import save_samples
from augury.generators.stored import StoredImages
from augury.generators.transfer import MANIFEST
from augury.images.files import list_files
from augury.images.manifest import TABLES
from augury.images.packs import rows_path
from augury.study.images import Preparation
from augury.tables.description import save_description, seals_of
from augury.tables.rows import QuarantineRow, SplitRow
from augury.tables.table import write_cells, write_rows
from augury.training.weights import save_weights


@dataclasses.dataclass(frozen=True)
class Sources:
    """What a family may read: a class's pack, its split's tables, the classes' indexes, a folder of images.

    splits: of the class alone, or of all classes where images are compared with all test images; class_folders: their
    folders with index.tsv and fingerprints.npy, in the same order.
    """

    what: str
    class_: str
    splits: list[Path]
    guard: str
    pack: Path | None = None
    class_folders: list[Path] = dataclasses.field(default_factory=list)
    folder: Path | None = None
    tested: Sequence[str] = ()  # named specimens that other classes' test parts show
    preparation: Preparation = dataclasses.field(default_factory=Preparation)
    threads: int = 1


def given(path: Path | None) -> Path:
    """What a family needs of its sources. Raises ValueError where its step does not name it."""
    if path is None:
        raise ValueError("the step names no pack or folder for this family")
    return path


def files_read(sources: Sources) -> list[Path]:
    """All that a family reads of them."""
    packs = [sources.pack, rows_path(sources.pack)] if sources.pack else []
    images = list_files([sources.folder]) if sources.folder else []
    return [*sources.splits, *packs, *images, *(folder / name for folder in sources.class_folders for name in TABLES)]


@dataclasses.dataclass(frozen=True)
class Collected:
    """Images (N, S, S, C) uint8, N > 0, in the order in which they are drawn, and what is known of them."""

    images: np.ndarray
    rows: list[SplitRow]  # real images that they were made from, as far as that is known
    leaked: list[str]  # sha256 of test images that they show, or that their maker saw
    quarantine: list[QuarantineRow] = dataclasses.field(default_factory=list)
    about: dict[str, Any] = dataclasses.field(default_factory=dict)


def save(network: StoredImages, description: dict[str, Any], collected: Collected, output: Path) -> None:
    """Write the generator's files into `output`."""
    description = description | {"available": network.available}
    network.images.copy_(torch.from_numpy(collected.images).permute(0, 3, 1, 2))
    save_weights(output / "generator.safetensors", network)
    save_samples(output / "samples.png", network, 0, torch.device("cpu"))
    write_rows(output / MANIFEST, SplitRow, collected.rows)
    write_rows(output / "quarantine.tsv", QuarantineRow, collected.quarantine)
    write_cells(output / "leaks.tsv", ["leaked"], [[name] for name in collected.leaked])
    (output / "snapshots").mkdir(exist_ok=True)
    save_description(output / "generator.json", description | seals_of(output, "*.safetensors"))


def describe(about: dict[str, Any], settings: GeneratorSettings, collected: Collected) -> dict[str, Any]:
    """The generator.json: nothing was trained, so kimg, steps and parameters are 0."""
    return (
        about
        | {
            "family": settings.family,
            "settings": settings,
            "conditional": False,
            "size_px": int(collected.images.shape[1]),
            "channels": int(collected.images.shape[3]),
            "latent_dim": StoredImages.latent_dim,
            "n_images": len(collected.images),
            "n_train": len(collected.rows),
            "leaked": bool(collected.leaked),
            "start": "no training",
            "truncations": [],
            "snapshots": [],
            "snapshot_kimg": {},
        }
        | dict.fromkeys(("kimg", "kimg_before"), 0.0)
        | dict.fromkeys(("steps", "epochs", "parameters"), 0)
        | {"device": "cpu", "threads": 1, "precision": "fp32", "seconds": 0.0, "images_per_second": 0.0}
        | collected.about
    )
