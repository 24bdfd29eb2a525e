"""A fixed-size vector per image, from which duplicates are found without opening any file again.

A fingerprint is FINGERPRINT_BYTES uint8: 16 bytes of a hash over the decoded pixels (equal for a colour image without
colour and its grey twin), width and height as two little-endian uint32, and a grey thumbnail of 64 x 64, stretched.
"""

import functools
import struct
from collections.abc import Iterator

import numpy as np
import xxhash
from PIL import Image

from augury.images.decoding.decode import Picture
from augury.images.fit import fit_image, resize
from augury.images.mapped_arrays import drop_pages, gathered
from augury.study.images import Preparation

HASH_BYTES = 16
SIDE_PX = 64
GAP = 3.0  # a large image is averaged over whole pixels down to three times the thumbnail's size, and then resized
ROWS_TRIED = 8
BLOCK = 1024  # fingerprints at a time
FINGERPRINT_BYTES = HASH_BYTES + 8 + SIDE_PX * SIDE_PX
_COARSE, _STRETCHED = functools.partial(resize, gap=GAP), Preparation(fit="stretch")


def fingerprint(picture: Picture) -> np.ndarray:
    """The image's fingerprint, (FINGERPRINT_BYTES,) uint8."""
    pixels = np.asarray(picture.image)
    if pixels.ndim == 3 and _without_colour(pixels):
        pixels = pixels[:, :, 0]
    digest = xxhash.xxh3_128(np.ascontiguousarray(pixels).data)
    digest.update(repr((pixels.shape, pixels.dtype.str)).encode())
    thumbnail = fit_image(picture.image, SIDE_PX, "grey", _STRETCHED, _COARSE)
    size = struct.pack("<II", picture.width, picture.height)
    return np.frombuffer(digest.digest() + size + thumbnail.tobytes(), np.uint8)


def _without_colour(pixels: np.ndarray) -> bool:
    # A few rows tell nearly every image that has colour.
    rows = pixels[:: max(len(pixels) // ROWS_TRIED, 1)]
    return all((part[:, :, 0] == part[:, :, number]).all() for part in (rows, pixels) for number in (1, 2))


def fingerprints_of(images: np.ndarray) -> np.ndarray:
    """The same of images as packs and generators have them: (N, H, W, 1 or 3) uint8 -> (N, FINGERPRINT_BYTES)."""
    made = (Image.fromarray(image[:, :, 0] if image.shape[2] == 1 else image) for image in images)
    return gathered((fingerprint(Picture(image, image.mode))[None] for image in made), len(images))


def blocks(fingerprints: np.ndarray, size: int = BLOCK) -> Iterator[np.ndarray]:
    """The rows, `size` at a time; what was read of a memory-mapped array is given back before the next."""
    for start in range(0, len(fingerprints), size):
        yield fingerprints[start : start + size]
        drop_pages(fingerprints)


def thumbnails(fingerprints: np.ndarray) -> np.ndarray:
    """(N, FINGERPRINT_BYTES) uint8 -> (N, 64, 64) uint8."""
    return fingerprints[:, HASH_BYTES + 8 :].reshape(-1, SIDE_PX, SIDE_PX)


def pixel_hashes(fingerprints: np.ndarray) -> np.ndarray:
    """What is equal for images of equal pixels, (N,) of 16 bytes each."""
    parts = [np.ascontiguousarray(block[:, :HASH_BYTES]) for block in blocks(fingerprints)]
    return np.concatenate([np.empty((0, HASH_BYTES), np.uint8), *parts]).view(f"S{HASH_BYTES}")[:, 0]


def image_sizes(fingerprints: np.ndarray) -> np.ndarray:
    """Width and height of the images in pixels, (N, 2) int64."""
    return fingerprints[:, HASH_BYTES : HASH_BYTES + 8].copy().view("<u4").astype(np.int64)
