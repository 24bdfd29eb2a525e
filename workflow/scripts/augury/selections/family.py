"""What a family of selections declares: its settings, its checks, and what a plan needs to know of it."""

import dataclasses
from collections.abc import Callable
from typing import Any, Literal

from augury.settings.base import Device, Precision, Settings


class SelectionSettings(Settings):
    """What every selection has."""

    family: str
    device: Device = "auto"
    """auto takes a GPU where there is one, of several the least used; cpu, cuda and cuda:N name the place."""


class SearchSettings(SelectionSettings):
    """What a selection has that draws many images again and again, to compare them."""

    space: Literal["z", "w"] = "z"
    """Vectors as the generator takes them, or, for StyleGAN2, the styles w that its mapping makes of them."""
    precision: Precision = "auto"
    """Precision of the images that a search compares; the pool itself is drawn in fp32."""


@dataclasses.dataclass(frozen=True)
class SelectionFamily:
    """What a family says of itself. It chooses by its module `selection`, which offers `select(request)`."""

    settings: type[SelectionSettings]
    prose: str
    problems: Callable[[Any], list[tuple[str, str]]] = lambda settings: []  # keys and what is wrong, beyond types
