"""Farthest-point sampling: of many images those farthest from the real ones and from each other."""

from typing import Literal

from pydantic import Field

from augury.citing.reference import Reference
from augury.selections.family import Needs, SelectionFamily, SelectionSettings
from augury.settings.base import Int

GONZALEZ = Reference(
    "gonzalez1985clustering", "Gonzalez, Teofilo F.", "Clustering to minimize the maximum intercluster distance", 1985,
    "Theoretical Computer Science", "38", "293-306", doi="10.1016/0304-3975(85)90224-5", kind="article",
)  # fmt: skip


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

    def cited(self) -> tuple[Reference, ...]:
        return (GONZALEZ,)


FAMILY = SelectionFamily(
    FarthestPointSettings,
    called="chosen by farthest-point sampling",
    prose="Farthest-point sampling: of many images those farthest from the real ones and from each other.",
)
