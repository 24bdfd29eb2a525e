"""Thumbnails of images as data addresses, and small arrays of them by which likeness is judged."""

import base64
import io
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from augury.command.progress import Progress
from augury.images.decoding.decode import Unreadable, decode, read_content
from augury.images.fit import fit_image
from augury.images.workers import in_order
from augury.study.images import Decoding, Preparation

SIDE_PX = 128
QUALITY = 75  # of WebP: 2 to 3 kB for a thumbnail of a photograph
SMALL_PX = 16
# For eyes: whatever the depth, from its darkest to its lightest value; of a stack the first page.
_SEEN = Decoding(depth16="image", pages="first", min_size_px=1)


def seen(source: Path | bytes) -> Image.Image | None:
    """An image in RGB as a person may see it; None where it cannot be read."""
    try:
        content = source if isinstance(source, bytes) else read_content(source, _SEEN)
        image = decode(content, _SEEN).image
    except Unreadable:
        return None
    if image.mode == "F":
        image = Image.fromarray(np.clip(np.rint(np.asarray(image)), 0, 255).astype(np.uint8))
    return image.convert("RGB")


def thumbnail(source: Path | bytes, side_px: int = SIDE_PX) -> tuple[str, int, int] | None:
    """The data address of an image in WebP, its width and height; smaller images keep their size."""
    image = seen(source)
    if image is None:
        return None
    image.thumbnail((side_px, side_px), Image.Resampling.BICUBIC)
    made = io.BytesIO()
    image.save(made, "WEBP", quality=QUALITY, method=4)
    return f"data:image/webp;base64,{base64.b64encode(made.getvalue()).decode()}", *image.size


def thumbnails(sources: Iterable[Path | bytes], threads: int, side_px: int) -> list[tuple[str, int, int] | None]:
    """The same of many, in their order."""
    sources = list(sources)
    progress = Progress("making thumbnails", len(sources), "images")
    return list(in_order(lambda source: thumbnail(source, side_px), sources, threads, progress))


def small(sources: Iterable[Path | bytes], threads: int) -> np.ndarray:
    """Images (n, 16, 16, 3) float32 that are compared; one that cannot be read is black."""
    sources, black = list(sources), np.zeros((SMALL_PX, SMALL_PX, 3), np.uint8)

    def read(source: Path | bytes) -> np.ndarray:
        image = seen(source)
        return black if image is None else fit_image(image, SMALL_PX, "rgb", Preparation())

    progress = Progress("comparing images", len(sources), "images")
    made = list(in_order(read, sources, threads, progress))
    return np.stack(made or [black])[: len(sources)].astype(np.float32)
