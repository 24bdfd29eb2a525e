"""Uncertainty sampling: of many images those that a classifier of real images is least sure of."""

from typing import Literal

from pydantic import Field

from augury.citing.reference import Reference
from augury.selections.family import ByClassifierSettings, SelectionFamily
from augury.settings.base import Int

LEWIS = Reference(
    "lewis1994sequential", "Lewis, David D. and Gale, William A.",
    "A Sequential Algorithm for Training Text Classifiers", 1994,
    "ACM SIGIR Conference on Research and Development in Information Retrieval", pages="3-12",
    arxiv="cmp-lg/9407020", kind="inproceedings",
)  # fmt: skip


class UncertaintySettings(ByClassifierSettings):
    """The images that a classifier is least sure of."""

    family: Literal["uncertainty"] = "uncertainty"
    candidates: Int = Field(1000, ge=2)
    """Candidates - images to choose from; at least twice as many as are wanted are drawn."""
    measure: Literal["entropy", "margin", "least_confident"] = "entropy"
    """Uncertainty measure - entropy of its probabilities, the gap between the two largest, or the largest."""

    def cited(self) -> tuple[Reference, ...]:
        return (LEWIS,)


FAMILY = SelectionFamily(
    UncertaintySettings,
    called="chosen by uncertainty sampling",
    prose="Uncertainty sampling: of many images those that a classifier of real images is least sure of.",
)
