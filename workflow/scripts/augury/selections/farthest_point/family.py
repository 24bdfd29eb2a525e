"""Farthest-point sampling: of many images those farthest from the real ones and from each other."""

from typing import Literal

from pydantic import Field

from augury.selections.family import Needs, SelectionFamily, SelectionSettings
from augury.settings.base import Int


class FarthestPointSettings(SelectionSettings):
    """The defaults are those of its study."""

    family: Literal["farthest_point"] = "farthest_point"
    candidates: Int = Field(1000, ge=2)
    """Candidates - images to choose from; at least twice as many as are wanted are drawn."""
    measure: Literal["features", "pixels"] = "features"
    """Metric - where distances are measured: in the extractor's features, or between pixels."""

    @property
    def needs(self) -> Needs:
        """Features, where these are measured."""
        return Needs(features=self.measure == "features")


FAMILY = SelectionFamily(
    FarthestPointSettings,
    prose="Farthest-point sampling: of many images those farthest from the real ones and from each other.",
)
