"""How the images that a classifier learned from were made ready, so that new ones pass the same."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from augury.command.errors import UserError
from augury.images.decoding.decode import decode, read_content
from augury.images.fit import fit_image
from augury.settings.reading import checked
from augury.study.images import Preparation


def preparation_of(record: Mapping[str, Any], source: str | Path) -> Preparation:
    """The preparation that a classifier.json records. Raises UserError when it records none."""
    recorded = record.get("preparation")
    if not isinstance(recorded, dict):
        raise UserError(f"{source} does not say how its images were prepared; train the classifier again")
    try:
        return checked(recorded, Preparation)
    except UserError as error:
        raise UserError(f"{source} has a `preparation` that is not known here: {error}") from None


def prepare(path: Path, preparation: Preparation, size_px: int, channels: str) -> np.ndarray:
    """The pixels of an image file as a pack holds them: (size_px, size_px, 1 or 3) uint8. Raises decode.Unreadable."""
    picture = decode(read_content(path, preparation), preparation)
    return fit_image(picture.image, size_px, channels, preparation)
