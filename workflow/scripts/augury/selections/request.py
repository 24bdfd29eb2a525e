"""What a family of selections is asked, and what it answers."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from augury.generators.network import DiscriminatorNetwork
from augury.latent.drawing import Drawer
from augury.latent.files import Latents
from augury.tables.rows import SplitRow
from augury.training.checkpoint import StateFolder

SHOWN = 40  # images that are shown of a choice, and as many beside them


@dataclasses.dataclass(frozen=True)
class Request:
    """What there is to choose from and by.

    about: selection, generator, split, seed, class, leaked. count: images of the pool. real: (N, H, W, C) uint8, the
    training part of the class, and its rows. Where the settings ask for them: real_features (N, d) on the drawer's
    device with `features`, which makes those of images (n, C, H, W) uint8; the discriminator; a classifier's folder.
    """

    settings: Any  # of the family
    about: dict[str, Any]
    drawer: Drawer
    count: int
    state: StateFolder
    real: np.ndarray
    rows: list[SplitRow] = dataclasses.field(default_factory=list)
    real_features: torch.Tensor | None = None
    features: Callable[[torch.Tensor], torch.Tensor] | None = None
    discriminator: DiscriminatorNetwork | None = None
    classifier: Path | None = None

    def in_features(self) -> tuple[torch.Tensor, Callable[[torch.Tensor], torch.Tensor]]:
        """Real features, and what makes those of other images. Raises ValueError where nobody asked for them."""
        if self.real_features is None or self.features is None:
            raise ValueError("the selection's settings ask for no features")
        return self.real_features, self.features

    @property
    def seed(self) -> int:
        """The seed of the choice."""
        return self.about["seed"]

    @property
    def label(self) -> str:
        """Shown with the progress."""
        about = self.about
        return f"{about['selection']} of {about['generator']} seed {about['seed']} {about['class']}"


@dataclasses.dataclass(frozen=True)
class Chosen:
    """latents: of the pool, in its order. plain: what they are shown beside, as (vectors, noise seeds).

    history: rows of a search, one per generation; record: what else selection.json should say, such as `parents`, the
    columns of images that begin with training images (parent, parent_specimen, sigma). compared: what a figure
    calls the plain images and those of the pool. sheet: without plain ones, images (n, H, W, C) uint8 that are shown
    instead, and how many of them stand in a row.
    """

    latents: Latents
    plain: tuple[torch.Tensor, torch.Tensor] | None = None
    history: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    record: dict[str, Any] = dataclasses.field(default_factory=dict)
    compared: tuple[str, str] = ("random", "chosen")
    sheet: tuple[np.ndarray, int] | None = None
