"""What a family of selections declares: its settings, its checks, and what a plan needs to know of it."""

import dataclasses

from augury.settings.base import Device, Settings


class SelectionSettings(Settings):
    """What every selection has."""

    family: str
    device: Device = "auto"
    """auto takes a GPU where there is one, of several the least used; cpu, cuda and cuda:N name the place."""


@dataclasses.dataclass(frozen=True)
class SelectionFamily:
    """What a family says of itself. It chooses by its module `selection`, which offers `select(request)`."""

    settings: type[SelectionSettings]
    prose: str
