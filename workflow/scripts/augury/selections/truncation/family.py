"""Truncation trick: latent vectors without large numbers, after BigGAN; nearer to the typical image."""

from typing import Literal

from pydantic import Field

from augury.citing.reference import Reference
from augury.citing.shared import ICLR
from augury.selections.family import SelectionFamily, SelectionSettings
from augury.settings.base import Float

BIGGAN = Reference(
    "brock2019biggan", "Brock, Andrew and Donahue, Jeff and Simonyan, Karen",
    "Large Scale GAN Training for High Fidelity Natural Image Synthesis", 2019, ICLR, arxiv="1809.11096",
    kind="inproceedings",
)  # fmt: skip


class TruncationSettings(SelectionSettings):
    """The defaults are those of its study."""

    family: Literal["truncation"] = "truncation"
    threshold: Float = Field(1.0, ge=0.1)
    """Truncation threshold - numbers of a vector lie within plus and minus this."""

    def cited(self) -> tuple[Reference, ...]:
        return (BIGGAN,)


FAMILY = SelectionFamily(
    TruncationSettings,
    called="drawn by the truncation trick",
    prose="Truncation trick: latent vectors without large numbers, after BigGAN; nearer to the typical image.",
)
