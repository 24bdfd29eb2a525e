"""Truncation trick: latent vectors without large numbers, after BigGAN; nearer to the typical image."""

from typing import Literal

from pydantic import Field

from augury.selections.family import SelectionFamily, SelectionSettings
from augury.settings.base import Float


class TruncationSettings(SelectionSettings):
    """The defaults are those of its study."""

    family: Literal["truncation"] = "truncation"
    threshold: Float = Field(1.0, ge=0.1)
    """Truncation threshold - numbers of a vector lie within plus and minus this."""


FAMILY = SelectionFamily(
    TruncationSettings,
    prose="Truncation trick: latent vectors without large numbers, after BigGAN; nearer to the typical image.",
)
