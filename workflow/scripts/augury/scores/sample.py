"""What scores are computed of."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

LEAST_REFERENCE = 20  # validation images that can choose among snapshots

Cells = dict[str, Any]  # of a row, by column


@dataclass(frozen=True)
class RealImages:
    """Features of a class's real images: (n, d) and (l, d), and the specimens of each, (n,) and (l,)."""

    train: np.ndarray
    train_specimens: np.ndarray
    validation: np.ndarray
    validation_specimens: np.ndarray

    @property
    def reference(self) -> tuple[str, np.ndarray, np.ndarray]:
        """The part that chooses among snapshots, its features and specimens."""
        if len(self.validation) >= LEAST_REFERENCE:
            return "validation", self.validation, self.validation_specimens
        return "train", self.train, self.train_specimens


@dataclass(frozen=True)
class Sample:
    """Synthetic images of one class beside the real ones that they imitate."""

    label: str  # for messages
    real: RealImages
    synthetic: np.ndarray  # (m, d) features
    seed: int = 0  # of what is drawn
    fingerprints: tuple[np.ndarray, np.ndarray] | None = None  # (n, F) of training and (k, F) of synthetic images

    @property
    def size(self) -> int:
        """Images of the smaller side."""
        return min(len(self.real.train), len(self.synthetic))


def measured(name: str, interval: Iterable[float]) -> Cells:
    """The cells of a value and the ends of its interval."""
    return dict(zip((name, f"{name}_low", f"{name}_high"), interval, strict=True))
