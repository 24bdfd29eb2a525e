"""How a file is stored, which is no part of what it shows: its format, its camera and its compression."""

import contextlib
import io
import warnings
from typing import NamedTuple

import numpy as np
from PIL import Image

MAKE, MODEL = 271, 272  # tags of EXIF and TIFF
# The luminance table of the JPEG standard (annex K), in zigzag order; qualities scale it.
STANDARD = (
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61,
    60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113,
    121, 112, 100, 120, 92, 101, 103, 99,
)  # fmt: skip


class Header(NamedTuple):
    """What the beginning of a file says; empty where it says nothing."""

    format: str  # JPEG, PNG, TIFF ... whatever the name's ending
    camera: str  # make and model
    compression: str  # of a JPEG its quality, about


def header_of(content: bytes) -> Header:
    """The header of an image file's content. What cannot be read is empty: it is no reason to lose the image."""
    header = Header("", "", "")
    with contextlib.suppress(Exception), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(content)) as opened:
            name = "JPEG" if opened.format == "MPO" else opened.format or ""
            header = Header(name, "", _quality(getattr(opened, "quantization", None)))
            # The decoder of PNG would look for metadata behind the pixels, and decode all of them for it.
            exif = opened.getexif() if name != "PNG" or "exif" in opened.info else {}
            parts = [str(exif.get(tag) or "").strip("\0 ") for tag in (MAKE, MODEL)]
            make, model = (" ".join(part.split())[:60] for part in parts)
            header = header._replace(camera=model if model.startswith(make) else f"{make} {model}".strip())
    return header


def _quality(tables: dict | None) -> str:
    """The quality that scales the standard's table to this one's mean: 1 to 100, to five."""
    if not tables:
        return ""
    scale = 100 * np.mean(tables[min(tables)]) / np.mean(STANDARD)
    quality = 5000 / scale if scale > 100 else (200 - scale) / 2
    return f"quality {min(100, max(5, 5 * round(quality / 5)))}"
