"""How the images that a classifier learned from were made ready, so that new ones pass the same."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from augury.command.errors import UserError
from augury.images.decoding.decode import Decoding, decode, read_content
from augury.images.fit import check_fit, fit_image
from augury.images.packing import PackSettings


@dataclass(frozen=True, slots=True)
class Preparation(PackSettings):
    """The config's `preparation`: what a pack is made by, and which images are too small for it."""

    min_size_px: int = 16

    def decoding(self) -> Decoding:
        """The part of the settings that concerns decoding."""
        return Decoding(self.max_pixels, self.min_size_px, self.background, self.depth16, self.pages)

    def check(self, channels: str) -> None:
        """Raises UserError for a word that is none of the known ones."""
        check_fit(channels, self.fit, self.pad, self.centre)
        self.decoding()


def read_preparation(text: str, channels: str) -> dict[str, Any]:
    """The config's `preparation` as JSON, complete; keys that are not given take their defaults.

    channels: grey or rgb. Raises UserError for text that is no JSON object, an unknown key or an unknown word.
    """
    try:
        made = Preparation(**json.loads(text))
    except json.JSONDecodeError as error:
        raise UserError(f'--preparation is not JSON ({error}); write it as \'{{"fit": "pad"}}\'') from None
    except TypeError:
        known = ", ".join(sorted(Preparation.__dataclass_fields__))
        raise UserError(f"--preparation is {text}; it must be a JSON object with keys of {known}") from None
    made.check(channels)
    return asdict(made)


def preparation_of(description: dict[str, Any], source: str | Path) -> Preparation:
    """The preparation that a classifier.json records. Raises UserError when it records none."""
    recorded = description.get("preparation")
    if not isinstance(recorded, dict):
        raise UserError(f"{source} does not say how its images were prepared; train the classifier again")
    try:
        return Preparation(**recorded)
    except TypeError:
        raise UserError(f"{source} has a `preparation` that is not known here: {', '.join(recorded)}") from None


def prepare(path: Path, preparation: Preparation, size_px: int, channels: str) -> np.ndarray:
    """The pixels of an image file as a pack holds them: (size_px, size_px, 1 or 3) uint8. Raises decode.Unreadable."""
    decoding = preparation.decoding()
    picture = decode(read_content(path, decoding), decoding)
    return fit_image(picture.image, size_px, channels, preparation.fit, preparation.pad, preparation.centre)
