"""All that one classifier sees: the training images of its arm, of which kinds they are, and what it is judged on."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from augury.classifiers.description import Description
from augury.images.mapped_arrays import gathered
from augury.tables.rows import SplitRow

SYNTHETIC = "synthetic"
KINDS = ("real", "classical", SYNTHETIC)
_CHUNK = 1024  # images that are picked at a time


@dataclasses.dataclass
class Part:
    """Labelled images: (N, S, S, C) uint8, (N,) int64, and a row each; synthetic and copied images have no row."""

    images: np.ndarray
    labels: np.ndarray
    rows: list[SplitRow]


@dataclasses.dataclass
class ArmData:
    """All that one classifier sees."""

    train: Part
    validation: Part
    test: Part
    counts: dict[str, list[int]]  # training images per class, by kind (KINDS)
    plain_images: int  # real images of the training part without copies: the measure of equal steps
    leaked: list[str]  # sha256 of training images, and pools, that know specimens of the test part (guard: record)
    identities: list[str]  # digests of what is trained on and chosen by, for the fingerprint
    shown: list[str]  # for each training image the identity of the specimen that it shows, or that it began with

    def known_images(self, description: Description) -> tuple[np.ndarray, np.ndarray]:
        """Indices into `train` of the real images, once each, (m,), and their specimens' identities, (m,).

        Where no real image is trained on, all images: a copy is of its original's specimen, an image that begins with a
        training image of that one's, and an image that was drawn freely of its own.
        """
        real = [row.class_ for row in self.train.rows] if description.arm_settings.real else []
        indices = []
        for label, class_ in enumerate(description.classes):
            # Real images stand first in their class.
            of_class = np.flatnonzero(self.train.labels == label).tolist()
            indices += of_class[: real.count(class_)] if real else of_class
        return np.array(indices, dtype=np.int64), np.array([self.shown[index] for index in indices], dtype=str)

    @property
    def specimens(self) -> float:
        """Specimens a class behind the real images, mean over classes."""
        pairs = {(row.class_, row.specimen) for row in self.train.rows}
        return len(pairs) / max(len({class_ for class_, _ in pairs}), 1)

    def image_weights(self, part: float | None) -> np.ndarray | None:
        """Weights (N,) of the training images, 1 on average, by which the synthetic ones carry this part of the loss.

        None where all are 1: nothing is asked for, or there are no two kinds to weigh.
        """
        if part is None:
            return None
        synthetic = self.of_kinds([SYNTHETIC])
        share = synthetic.mean()
        if share in (0, 1):
            return None
        return np.where(synthetic, part / share, (1 - part) / (1 - share))

    def of_kinds(self, kinds: Sequence[str]) -> np.ndarray:
        """Which training images are of these kinds, (N,) bool."""
        # They lie by class, and in a class by kind.
        numbers = np.array([self.counts[kind] for kind in KINDS]).T
        return np.repeat([[kind in kinds for kind in KINDS]] * len(numbers), numbers.ravel())

    def only(self, kinds: Sequence[str]) -> "ArmData":
        """The same with training images of these kinds alone."""
        keep = np.flatnonzero(self.of_kinds(kinds))
        chunks = np.array_split(keep, max(1, len(keep) // _CHUNK))
        images = gathered((self.train.images[chunk] for chunk in chunks), len(keep))
        train = Part(images, self.train.labels[keep], self.train.rows)
        counts = {kind: number if kind in kinds else [0] * len(number) for kind, number in self.counts.items()}
        return dataclasses.replace(self, train=train, counts=counts, shown=[self.shown[index] for index in keep])

    def totals(self) -> dict[str, int]:
        """Training images by kind, over all classes."""
        return {kind: sum(self.counts[kind]) for kind in KINDS}
