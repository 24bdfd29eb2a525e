"""The copier as pools and scores load it."""

from typing import Any

from augury.generators.copier.family import CopierSettings
from augury.generators.stored import StoredImages


def build_generator(description: dict[str, Any]) -> StoredImages:
    """The copier that a generator.json describes: each seed another copy."""
    settings: CopierSettings = description["settings"]
    stream = description["class"], description["seed"]
    form = description["n_images"], description["size_px"], description["channels"]
    return StoredImages(*form, noise=settings.noise, endless=True, stream=stream)
