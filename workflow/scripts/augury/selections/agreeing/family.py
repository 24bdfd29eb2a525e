"""Agreement filter: images that a classifier of real images takes for the class that they are to show."""

from typing import Literal

from pydantic import Field

from augury.selections.family import ByClassifierSettings, SelectionFamily
from augury.settings.base import Fraction, Int


class AgreeingSettings(ByClassifierSettings):
    """Images with whose class a classifier agrees."""

    family: Literal["agreeing"] = "agreeing"
    candidates: Int = Field(1000, ge=2)
    """Candidates - images to choose from; at least twice as many as are wanted are drawn."""
    probability: Fraction | Literal["chance"] = "chance"
    """Agreement threshold (q) - probability that the classifier must give the wanted class; chance is 1 over the number
    of classes, which kept most of a gain where it was measured (with four). Of many classes, give a number."""


FAMILY = SelectionFamily(
    AgreeingSettings,
    called="filtered by agreement with a classifier of real images",
    prose="Agreement filter: images that a classifier of real images takes for the class that they are to show.",
)
