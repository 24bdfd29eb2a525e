"""How the images that a classifier learned from were made ready, so that new ones pass the same."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from augury.command.errors import UserError
from augury.images.decoding.decode import decode, read_content
from augury.images.fit import CHANNELS, fit_image
from augury.settings.reading import checked
from augury.study.images import Preparation

_NAMES = {count: name for name, count in CHANNELS.items()}


class Form(NamedTuple):
    """The form of the images that a network sees."""

    size_px: int
    channels: int  # 1 or 3

    @property
    def name(self) -> str:
        """As in 128px_rgb."""
        return f"{self.size_px}px_{_NAMES[self.channels]}"


def preparation_of(record: Mapping[str, Any], source: str | Path) -> Preparation:
    """The preparation that a classifier.json records. Raises UserError when it records none."""
    recorded = record.get("preparation")
    if not isinstance(recorded, dict):
        raise UserError(f"{source} does not say how its images were prepared; train the classifier again")
    try:
        return checked(recorded, Preparation)
    except UserError as error:
        raise UserError(f"{source} has a `preparation` that is not known here: {error}") from None


def prepare(path: Path, preparation: Preparation, forms: Iterable[Form]) -> list[np.ndarray]:
    """The pixels of an image file as packs hold them, (size_px, size_px, channels) uint8 in each of the forms.

    Raises decode.Unreadable.
    """
    picture = decode(read_content(path, preparation), preparation)
    return [fit_image(picture.image, form.size_px, _NAMES[form.channels], preparation) for form in forms]
