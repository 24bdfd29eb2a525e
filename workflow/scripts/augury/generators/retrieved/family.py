"""Retrieved images, as their settings and the planner know them."""

from typing import Literal

from augury.generators.family import GeneratorFamily, PooledSettings


class RetrievedSettings(PooledSettings):
    """Settings of images that are retrieved from a pool."""

    family: Literal["retrieved"] = "retrieved"
    extractor: str | None = None
    """Feature extractor in whose features images are near, one of the study's `extractor`; without it, the first of
    them. It does not score what it has chosen."""

    def statement(self, name: str) -> str:
        """Whose word their labels are."""
        return f"the images of {name} are real ones of the pool {self.pool}, and nobody has checked their labels"


FAMILY = GeneratorFamily(
    RetrievedSettings,
    called="a retrieval of real images from elsewhere",
    prose="Retrieved images: real ones of a pool, for each class those that are the nearest to its training images, "
    "the nearest first. Each image is taken for one class at most.",
)
