"""Pixels as PNG bytes and back, arrays on disk, and contact sheets: for what augury itself makes."""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from augury.command.files import atomic
from augury.command.seals import Sealing
from augury.images.bound import bind
from augury.images.mapped_arrays import Rows, blocks


def encode_png(image: np.ndarray) -> bytes:
    """A uint8 image (H, W, 1) or (H, W, 3) as PNG."""
    buffer = io.BytesIO()
    Image.fromarray(image[:, :, 0] if image.shape[2] == 1 else image).save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def decode_png(content: bytes) -> np.ndarray:
    """A PNG that encode_png made, as uint8 (H, W, C)."""
    with Image.open(io.BytesIO(content), formats=("PNG",)) as image:
        pixels = np.asarray(image)
    return pixels[:, :, None] if pixels.ndim == 2 else pixels


def write_array(path: Path, shape: tuple[int, ...], parts: Iterable[np.ndarray], of: str | None = None) -> None:
    """A uint8 array as .npy, from its parts in order. of: the one word for the images of its rows (images.bound).

    Written and not mapped: on a full disk, a write to a map kills the process without a word.
    """
    with open(path, "wb") as opened:
        file = Sealing(opened)
        np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})
        for part in parts:
            file.write(np.ascontiguousarray(part).data)
        bind(file, of)


def save_array(path: str | Path, array: np.ndarray, of: str | None = None) -> None:
    """Any array as .npy, atomically; `of` as above."""
    with atomic(path) as temporary, open(temporary, "wb") as opened:
        file = Sealing(opened)
        np.lib.format.write_array(file, np.ascontiguousarray(array), allow_pickle=False)
        bind(file, of)


def resize_square(images: np.ndarray, size_px: int, channels: int) -> np.ndarray:
    """Square images (N, H, H, C) uint8 -> (N, size_px, size_px, channels), by the resize that real images pass.

    Grey becomes RGB by repetition, RGB grey by Pillow's luma (ITU-R 601-2).
    """
    if len(images) == 0:
        return np.zeros((0, size_px, size_px, channels), np.uint8)
    if images.shape[1:] == (size_px, size_px, channels):
        return images
    mode = "L" if channels == 1 else "RGB"
    made = []
    for image in images:
        opened = Image.fromarray(image[:, :, 0] if image.shape[2] == 1 else image).convert(mode)
        made.append(np.asarray(opened.resize((size_px, size_px), Image.Resampling.BICUBIC)))
    return np.stack(made).reshape(-1, size_px, size_px, channels)


def resized_blocks(images: Rows, size_px: int, channels: int) -> Iterator[np.ndarray]:
    """The same of many images, block by block."""
    for block in blocks(images, largest=size_px * size_px * channels):
        yield resize_square(block, size_px, channels)


def save_sheet(path: str | Path, images: np.ndarray, columns: int, gap: int = 2) -> None:
    """Write images (N, H, W, C) uint8 as one PNG, row by row, on white."""
    count, height, width, channels = images.shape
    rows = -(-count // columns)
    shape = (rows * (height + gap) - gap, columns * (width + gap) - gap, channels)
    sheet = np.full(shape, 255, np.uint8)
    for index, image in enumerate(images):
        top, left = index // columns * (height + gap), index % columns * (width + gap)
        sheet[top : top + height, left : left + width] = image
    with atomic(path) as temporary:
        temporary.write_bytes(encode_png(sheet))
