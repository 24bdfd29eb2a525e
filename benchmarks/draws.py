"""Disjoint draws from a set of many images, and trainings of the workflow's own on each of them.

A set's images are put in an order by their hashes, class by class: its draws are cut from the front, and what no draw
takes is the test part of all. Everything lies in one folder, and what is there is not made again.
"""

import dataclasses
import functools
import importlib
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

from augury.classifiers import data, model_folder, precision
from augury.classifiers import training as classifier_training
from augury.classifiers.arm_data import ArmData
from augury.classifiers.description import Description
from augury.classifiers.evaluation import averages_views, dihedral_views, in_blocks
from augury.classifiers.probe import training as probing
from augury.generators.data import load_training_part
from augury.generators.run import train
from augury.generators.synthesis import synthesize
from augury.images.index import index_class
from augury.images.packing import write_pack
from augury.images.sources import source_of
from augury.settings.families import family
from augury.study.arms import Arm
from augury.study.images import Indexing, Preparation
from augury.tables.rows import DuplicateRow, ImageRow, SplitRow
from augury.tables.table import read_rows, write_rows
from augury.training import checkpoint, device, loop, randomness

GENERATOR_PX, KIMG = 32, 10


@dataclasses.dataclass(frozen=True)
class Set:
    """A set of images and how it is drawn from."""

    folder: Path  # of the unpacked archive
    parts: tuple[str, ...]  # folders below it that hold one folder per class
    classes: tuple[str, ...]
    draws: int
    again: int  # draws whose generators are trained with a second seed too
    size: tuple[int, int]  # images per class of a draw: training, validation
    channels: str
    turns: bool  # whether an image may be turned by quarters

    def augmentation(self) -> dict[str, bool]:
        """The flips and turns that leave an image of this set what it is."""
        return {"flip_horizontal": True} | ({"quarter_turns": True} if self.turns else {})


@dataclasses.dataclass(frozen=True)
class Training:
    """One classifier on one draw. size: training images per class."""

    draw: int
    size: int
    arm: str
    generator_seed: int | None
    classifier: str
    classifier_seed: int


class Workshop:
    """Makes what a training needs, and trains. set_: what is drawn from. folder: where all of it is kept."""

    def __init__(self, set_: Set, folder: Path) -> None:
        self.set, self.folder = set_, folder
        self.classes = list(set_.classes)
        self.on_device = device.choose_device("cpu", "auto", 1, bf16_pays_on_cpu=True)
        self.duplicates = folder / "duplicates.tsv"
        if not self.duplicates.exists():
            write_rows(self.duplicates, DuplicateRow, [])

    def index(self, class_: str) -> list[ImageRow]:
        """The class's images, each with its own bytes once."""
        path = self.folder / "images" / f"{class_}.tsv"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            folders = [self.set.folder / part / class_ for part in self.set.parts]
            write_rows(
                path, ImageRow, index_class(folders, class_, Indexing(specimens={"near_duplicates": False})).rows
            )
        return read_rows(path, ImageRow)

    def packs(self, size_px: int) -> list[Path]:
        """A pack a class."""
        return [self._pack(class_, size_px) for class_ in self.classes]

    @functools.cache  # noqa: B019  one workshop a program
    def _pack(self, class_: str, size_px: int) -> Path:
        path = self.folder / "packs" / f"{size_px}px" / f"{class_}.npy"
        if not path.with_suffix(".tsv").exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            source = source_of([self.set.folder / part / class_ for part in self.set.parts])
            rows, form = self.index(class_), (size_px, self.set.channels, Preparation())
            write_pack(rows, source, path, path.with_suffix(".tsv"), *form)
        return path

    def splits(self, draw: int, size: int) -> list[Path]:
        """One table per class: a draw's training and validation images, and the test part that all draws share.

        A draw of half the size is the first half of the draw.
        """
        return [self._split(class_, draw, size) for class_ in self.classes]

    @functools.cache  # noqa: B019
    def _split(self, class_: str, draw: int, size: int) -> Path:
        path = self.folder / "splits" / name_of(draw, size) / f"{class_}.tsv"
        train, validation = self.set.size
        fewer = validation * size // train
        order = sorted(self.index(class_), key=lambda row: randomness.mix_seed("draw", row.sha256))
        first = draw * (train + validation)
        own = order[first : first + size], order[first + train : first + train + fewer]
        test = order[self.set.draws * (train + validation) :]
        rows = [
            SplitRow(row.sha256, row.path, class_, row.specimen or row.sha256, part)
            for part, names in zip(("train", "validation", "test"), (*own, test), strict=True)
            for row in names
        ]
        path.parent.mkdir(parents=True, exist_ok=True)
        write_rows(path, SplitRow, rows)
        return path

    def pool(self, class_: str, draw: int, size: int, seed: int) -> Path:
        """One synthetic image for each training image of the class, by a generator of this draw and seed."""
        below = Path(name_of(draw, size), f"seed{seed}", class_)
        index = self.folder / "pools" / below / "index.tsv"
        if not index.exists():
            generator = self.folder / "generators" / below
            if not (generator / "generator.json").exists():
                self._train_generator(class_, draw, size, seed, generator)
            synthesize(generator, None, 1.0, class_, size, 1000, torch.device("cpu"), index.parent, {})
        return index

    def _train_generator(self, class_: str, draw: int, size: int, seed: int, output: Path) -> None:
        # The demo's DCGAN, at the size of the classifiers. Its training is seeded by split, seed and class, so that the
        # draws' generators are independent.
        given = {"family": "dcgan", "size_px": GENERATOR_PX, "channels": self.set.channels, "width": 32, "batch": 16}
        given |= {"duration": KIMG, "real_label": 0.9, "augmentation": self.set.augmentation()}
        settings = family("generators", "dcgan").settings.model_validate(given)
        dcgan = importlib.import_module("augury.generators.dcgan.training")
        at = self.classes.index(class_)
        pack, split = self.packs(GENERATOR_PX)[at], self.splits(draw, size)[at]
        part = load_training_part([pack], [split], [class_], "enforce", "generator dcgan", "train")
        about = {"generator": "dcgan", "split": name_of(draw, size), "seed": seed}
        about |= {"class": class_, "classes": [class_]}
        output.mkdir(parents=True, exist_ok=True)
        train(dcgan.TASK, about, settings, part, None, None, 1, output)

    def right(self, asked: Training) -> list[np.ndarray]:
        """Train, and say of every test image whether it was called by its name: (N,) bool, one per class."""
        description = self.describe(asked)
        pools = None
        if asked.arm == "dcgan":
            pools = [self.pool(each, asked.draw, asked.size, asked.generator_seed) for each in self.classes]
        tables = self.packs(description.size_px), self.splits(asked.draw, asked.size), pools, self.duplicates
        arm_data = data.load_arm(description, data.Files(*tables), "enforce")
        called = (
            self._probe(description, arm_data) if asked.classifier == "probe" else self._network(description, arm_data)
        )
        right = called == arm_data.test.labels
        return [right[arm_data.test.labels == label] for label in range(len(self.classes))]

    def describe(self, asked: Training) -> Description:
        """What a training is known by, as in its classifier.json."""
        settings, channels = self._classifiers()[asked.classifier], {"channels": self.set.channels}
        settings = family("classifiers", settings["family"]).settings.model_validate(settings | channels)
        arm, split = Arm.model_validate(self._arms()[asked.arm]), name_of(asked.draw, asked.size)
        return Description(asked.classifier, asked.arm, arm, split, asked.classifier_seed, self.classes, settings)

    def _classifiers(self) -> dict[str, dict[str, Any]]:
        return {
            "cnn": {"family": "four_block_cnn", "size_px": 32, "epochs": 40},
            # At 32 px the network's last maps would be single pixels.
            "probe": {"family": "probe", "backbones": ["tf_efficientnet_lite0"], "size_px": 96}
            | {"dihedral_views": self.set.turns},
        }

    def _arms(self) -> dict[str, dict[str, Any]]:
        moves = self.set.augmentation() | {"rotation_degrees": 15, "brightness": 0.1, "contrast": 0.1}
        return {
            "real": {},
            "classical": {"classical": 1, "classical_augmentation": moves},
            "dcgan": {"generator": "dcgan", "ratio": 1},
        }

    def _network(self, description: Description, arm_data: ArmData) -> np.ndarray:
        family = model_folder.family_module(description.settings.family)
        randomness.seed_step(classifier_training.run_seed(description), "initial weights")
        classifier = family.build_classifier(description.settings, len(self.classes))
        chosen = precision.fastest(self.on_device, family.PLAIN_CONVOLUTIONS, classifier, description)
        task = classifier_training.ClassifierTraining.of_arm(classifier, description, arm_data, chosen)
        # No state is kept of a training that takes seconds.
        with checkpoint.StateFolder(self.folder / "training", {}, 1) as state:
            loop.run(task, state)
            state.remove()
        task.finish()
        classifier.eval()
        return (
            in_blocks(torch.from_numpy(arm_data.test.images), classifier, self.on_device.device).argmax(dim=1).numpy()
        )

    def _probe(self, description: Description, arm_data: ArmData) -> np.ndarray:
        """The probe's own fit on features that are taken once per image."""
        classifier = self._backbone(description.size_px, description.channels)
        arm_data.validation.rows.clear()  # it has no use for them
        task = probing.ProbeTraining(classifier, description, arm_data, self.on_device)
        task.features = self._features(classifier, arm_data.train.images, task.views)
        task.end_tick(task.steps, {})
        views = 8 if averages_views(description.settings, classifier) else 1
        network = classifier.network
        seen = self._features(classifier, arm_data.test.images, views) / network.scales
        with torch.no_grad():
            return network.head(seen).softmax(dim=2).mean(dim=1).argmax(dim=1).numpy()

    @functools.cache  # noqa: B019
    def _backbone(self, size_px: int, channels: int):
        asked = Training(0, self.set.size[0], "real", None, "probe", 0)
        description, family = self.describe(asked), model_folder.family_module("probe")
        classifier = family.build_classifier(description.settings, len(self.classes))
        family.start_from_pretrained(classifier, description.settings, Path("resources/weights"))
        return classifier.eval().requires_grad_(False)

    def _features(self, classifier: Any, images: np.ndarray, views: int) -> torch.Tensor:
        """Features (N, views, D) of images, from memory where they were seen before."""
        keys = [(image.tobytes(), views) for image in images]
        new = {key: image for key, image in zip(keys, images, strict=True) if key not in self._seen}

        def look(block: torch.Tensor) -> torch.Tensor:
            layout = {"memory_format": torch.channels_last}
            shown = dihedral_views(block) if views == 8 else [block]
            made = [classifier.network.raw_features(classifier.normalise(each.contiguous(**layout))) for each in shown]
            return torch.stack([torch.cat(each, dim=1) for each in made], dim=1)

        if new:
            made = in_blocks(torch.from_numpy(np.stack(list(new.values()))), look, self.on_device.device)
            self._seen |= dict(zip(new, made, strict=True))
        return torch.stack([self._seen[key] for key in keys])

    @functools.cached_property
    def _seen(self) -> dict[tuple[bytes, int], torch.Tensor]:
        return {}


def name_of(draw: int, size: int) -> str:
    """A draw as a split is named."""
    return f"draw{draw}-{size}"
