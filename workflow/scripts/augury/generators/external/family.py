"""Images that another tool made, as their settings and the planner know them."""

from typing import Literal

from pydantic import Field

from augury.generators.family import GeneratorFamily, GeneratorSettings
from augury.settings.base import Int


class ExternalSettings(GeneratorSettings):
    """Settings of images that another tool made."""

    family: Literal["external"] = "external"
    folder: str | None = None
    """Needed - a folder with one folder of images per class; `{split}` and `{seed}` in it stand for the split and
    the generator's seed."""
    trained_on: Literal["train", "nothing", "unknown", "all"] = "unknown"
    """What that tool was trained or tuned on, of this study's images - the training part of each split alone
    (then `folder` names `{split}`), nothing of them, you do not know, or test images too. The verdict repeats it."""
    size_px: Int = Field(64, ge=16, le=1024)
    """Side to which the images are fitted, as real ones are."""


FAMILY = GeneratorFamily(
    ExternalSettings,
    prose="Images that another tool made, judged by the same rules as those of any other generator.",
    trained=False,
)
