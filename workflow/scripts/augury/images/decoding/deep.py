"""Samples of more than 8 bits, brought to 0 to 255: which range of values becomes black to white.

- `depth16: full`: integers by the bits that the file declares (65535 is white, 32767 where they are signed), those of
  32 bits and more as if they had 16; of floating numbers the least of the ranges 0 to 1, 0 to 255 and 0 to 65535 that
  holds all. `depth16: 12`: the range that so many bits hold, for every image.
- `depth16: image`: the image's own least to greatest value, of all its colours together.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from augury.images.decoding.formats import Unreadable
from augury.study.images import Decoding

BLOCK = 1 << 17  # samples that are converted at a time, in a processor's own memory
WHITE = 255.0
KINDS = {"u": "integers", "i": "signed integers", "f": "floating numbers"}


@dataclass(slots=True)
class Samples:
    """What a file holds of an image, in its own numbers."""

    values: np.ndarray  # (H, W, C): the colours, and an alpha after them where there is one
    model: str  # L, RGB or CMYK
    bits: int = 16  # of a sample, as declared; of floating numbers without meaning
    has_alpha: bool = False
    is_premultiplied: bool = False  # by alpha
    is_negative: bool = False  # the least value is white

    @property
    def colours(self) -> np.ndarray:
        """(H, W, C), without alpha."""
        return self.values[:, :, : len(self.model)]

    def release(self) -> None:
        """Give their memory back, whoever still holds them."""
        self.values = np.empty((0, 0, 0), np.uint8)


def to_image(samples: Samples, decoding: Decoding) -> tuple[Image.Image, int | None]:
    """Mode F (of 8 bits: L) for grey, RGB or CMYK for colour, 0 to 255; LA, RGBA and the like with an alpha.

    With it the greatest value, where the full range of 16 bits became 0 to 255. Raises Unreadable for values that lie
    outside the range that the settings say, or that are no numbers.
    """
    low, high = extremes(samples.colours)
    black, factor = _range(samples, low, high, decoding)
    is_of_16 = samples.bits >= 16 and factor == WHITE / _top(samples)  # and no float of 0 to 1 or 0 to 255
    highest = int(high) if is_of_16 and decoding.depth16 == "full" else None
    if samples.model == "L" and not samples.has_alpha and samples.values.dtype != np.uint8:
        grey = np.empty(samples.values.shape[:2], np.float32)
        for rows in _rows(samples.values):
            levels = _levels(samples.values[rows, :, 0], black, factor)
            grey[rows] = WHITE - levels if samples.is_negative else levels
        return Image.fromarray(grey), highest
    made: np.ndarray = np.empty(samples.values.shape, np.uint8)
    count, opaque = len(samples.model), WHITE / _opaque(samples, decoding)
    for rows in _rows(samples.values):
        colours = _rounded(_levels(samples.values[rows, :, :count], black, factor))
        made[rows, :, :count] = 255 - colours if samples.is_negative else colours
        if samples.has_alpha:
            made[rows, :, count] = _rounded(_levels(samples.values[rows, :, count], 0.0, opaque))
    veil = "" if not samples.has_alpha else "a" if samples.is_premultiplied else "A"
    return Image.frombytes(samples.model + veil, (made.shape[1], made.shape[0]), made), highest


def extremes(values: np.ndarray) -> tuple[float, float]:
    """The least and the greatest value. Raises Unreadable where one is no finite number."""
    low, high = float(values.min()), float(values.max())
    if not np.isfinite([low, high, high - low]).all():
        raise Unreadable("pixel values that are not finite numbers; export the image as 8 or 16-bit integers")
    return low, high


def _range(samples: Samples, low: float, high: float, decoding: Decoding) -> tuple[float, float]:
    """The value that becomes 0, and what differences from it are multiplied by."""
    if samples.values.dtype == np.uint8 or samples.bits < 8:
        return 0.0, WHITE / _top(samples)
    if decoding.depth16 == "image":
        return low, WHITE / (high - low) if high > low else 0.0
    top = _top(samples)
    if isinstance(decoding.depth16, int) and samples.bits > 8:
        top = min(top, float((1 << decoding.depth16) - 1))
    tops = (1.0, WHITE, top) if samples.values.dtype.kind == "f" else (top,)
    fitting = next((top for top in tops if low >= 0 and high <= top), None)
    if fitting is None:
        setting = "" if decoding.depth16 == "full" else f" (preparation.depth16 is {decoding.depth16})"
        raise Unreadable(
            f"{KINDS[samples.values.dtype.kind]} of {samples.bits} bits with values from {low:g} to {high:g}, outside "
            f"0 to {top:g}{setting}; preparation.depth16: image takes them"
        )
    return 0.0, WHITE / fitting


def _top(samples: Samples) -> float:
    """The greatest value that the file's numbers are taken to reach."""
    kind = samples.values.dtype.kind
    bits = 16 if kind == "f" else min(samples.bits, 16)
    return float((1 << bits - (kind == "i" and samples.bits <= 16)) - 1)


def _opaque(samples: Samples, decoding: Decoding) -> float:
    """The alpha that lets nothing through: the least of the ranges that a colour may have which holds it."""
    if not samples.has_alpha:
        return WHITE
    high = extremes(samples.values[:, :, -1])[1]
    tops: tuple[float, ...] = (1.0, WHITE) if samples.values.dtype.kind == "f" else ()
    tops += () if isinstance(decoding.depth16, str) else (float((1 << decoding.depth16) - 1),)
    return next((top for top in tops if high <= top), _top(samples))


def _levels(values: np.ndarray, black: float, factor: float) -> np.ndarray:
    """0 to 255, as floats wide enough for the values."""
    wide = np.float64 if values.dtype.itemsize > 4 else np.float32
    levels: np.ndarray = values.astype(wide)
    levels -= wide(black)
    levels *= wide(factor)
    return levels


def _rounded(levels: np.ndarray) -> np.ndarray:
    levels += 0.5
    return np.clip(levels, 0, WHITE, out=levels).astype(np.uint8)


def _rows(values: np.ndarray) -> Iterator[slice]:
    step = max(1, BLOCK // max(values[0].size, 1))
    return (slice(start, start + step) for start in range(0, len(values), step))
