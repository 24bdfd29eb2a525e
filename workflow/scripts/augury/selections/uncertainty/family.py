"""Uncertainty sampling: of many images those that a classifier of real images is least sure of."""

from typing import Literal

from pydantic import Field

from augury.selections.family import ByClassifierSettings, SelectionFamily
from augury.settings.base import Int


class UncertaintySettings(ByClassifierSettings):
    """The images that a classifier is least sure of."""

    family: Literal["uncertainty"] = "uncertainty"
    candidates: Int = Field(1000, ge=2)
    """Candidates - images to choose from; at least twice as many as are wanted are drawn."""
    measure: Literal["entropy", "margin", "least_confident"] = "entropy"
    """Uncertainty measure - entropy of its probabilities, the gap between the two largest, or the largest."""


FAMILY = SelectionFamily(
    UncertaintySettings,
    prose="Uncertainty sampling: of many images those that a classifier of real images is least sure of.",
)
