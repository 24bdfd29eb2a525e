"""What a family of selections declares: its settings, its checks, and what a plan needs to know of it."""

import dataclasses
from collections.abc import Callable
from typing import Any, Literal

from augury.citing.reference import Reference
from augury.settings.base import Device, Precision, Settings


@dataclasses.dataclass(frozen=True)
class Needs:
    """What a choice looks at beside the generator's images and the real ones of their class."""

    features: bool = False  # those of real images, by the study's extractor, and of others alike
    discriminator: bool = False  # the one that the generator was trained against
    styles: bool = False  # the generator's styles w
    noised: bool = False  # training images under noise, which the generator takes off


class SelectionSettings(Settings):
    """What every selection has."""

    family: str
    device: Device = "auto"
    """auto takes a GPU where there is one, of several the least used; cpu, cuda and cuda:N name the place."""

    @property
    def needs(self) -> Needs:
        """What these settings make the choice look at."""
        return Needs()

    def cited(self) -> tuple[Reference, ...]:
        """The publications of what these settings do."""
        return ()


class SearchSettings(SelectionSettings):
    """What a selection has that draws many images again and again, to compare them."""

    space: Literal["z", "w"] = "z"
    """Vectors as the generator takes them, or, for StyleGAN2, the styles w that its mapping makes of them."""
    precision: Precision = "auto"
    """Precision of the images that a search compares; the pool itself is drawn in fp32."""


class ByClassifierSettings(SelectionSettings):
    """What a selection has that asks a classifier, one that saw real images alone."""

    classifier: str | None = None
    """The entry of `classifiers` that judges; without it, the first."""
    arm: str | None = None
    """The arm it was trained on, one of real images alone; without it, the first such arm."""


@dataclasses.dataclass(frozen=True)
class SelectionFamily:
    """What a family says of itself. It chooses by its module `selection`, which offers `select(request)`."""

    settings: type[SelectionSettings]
    prose: str  # what it is and when to take it, for the docs
    called: str = ""  # how a paper says that images were chosen: chosen by a search ...
    problems: Callable[[Any], list[tuple[str, str]]] = lambda settings: []  # keys and what is wrong, beyond types
    searches: bool = False  # whether it writes a history of generations
