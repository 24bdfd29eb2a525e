"""Images that begin with a training image under noise: between a copy of it and an image that is drawn freely."""

from typing import Literal

from pydantic import Field

from augury.citing.reference import Reference
from augury.citing.shared import ICLR
from augury.selections.family import Needs, SelectionFamily, SelectionSettings
from augury.settings.base import PositiveFloat, Unique

SDEDIT = Reference(
    "meng2022sdedit",
    "Meng, Chenlin and He, Yutong and Song, Yang and Song, Jiaming and Wu, Jiajun and Zhu, Jun-Yan and Ermon, Stefano",
    "SDEdit: Guided Image Synthesis and Editing with Stochastic Differential Equations", 2022, ICLR,
    arxiv="2108.01073", kind="inproceedings",
)  # fmt: skip


class FromSpecimenSettings(SelectionSettings):
    """Images that begin with training images."""

    family: Literal["from_specimen"] = "from_specimen"
    sigma: Unique[PositiveFloat] = Field([0.5, 1.0, 2.0, 5.0], min_length=1)
    """Noise levels - standard deviations of the noise that is put on a training image, whose values lie in -1 to 1,
    and taken off again; each has an equal share of the images. Small ones give near copies, large ones free draws."""

    @property
    def needs(self) -> Needs:
        """A generator that takes noise off."""
        return Needs(noised=True)

    def cited(self) -> tuple[Reference, ...]:
        return (SDEDIT,)


FAMILY = SelectionFamily(
    FromSpecimenSettings,
    called="begun with training images under noise, which the generator took off",
    prose="Images that begin with training images under noise, for diffusion models: between a copy and a free draw.",
)
