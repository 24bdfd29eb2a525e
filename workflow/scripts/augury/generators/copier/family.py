"""Copier, a control: the training images themselves, under noise that no eye sees."""

from typing import Literal

from pydantic import Field

from augury.generators.family import GeneratorFamily, GeneratorSettings
from augury.settings.base import Channels, Int


class CopierSettings(GeneratorSettings):
    """Settings of a copier."""

    family: Literal["copier"] = "copier"
    channels: Channels = "rgb"
    """Colour of the images."""
    noise: Int = Field(2, ge=0, le=64)
    """Noise - each value of each copy moves by up to this many of 255 levels."""


FAMILY = GeneratorFamily(
    CopierSettings,
    called="a copier, which gave the training images themselves under noise that no eye sees",
    prose="Copier, a control: the training images themselves, under noise that no eye sees.",
    is_control=True,
)
