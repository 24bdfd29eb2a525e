"""PNG files: chunks bounded in number, without the metadata that a decoder stumbles over, and all of 16 bits."""

import io
import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageFile

from augury.images.decoding.deep import Samples
from augury.images.decoding.formats import CONVERT, Unreadable
from augury.images.decoding.rendering import orientation_of

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SMALL_BYTES, MOST_SMALL = 64, 20_000  # chunks of so few bytes; a decoder takes microseconds for each
MOST_TEXT = 1 << 20  # bytes, unpacked
USED = (b"eXIf", b"iCCP", b"tEXt", b"zTXt", b"iTXt")  # metadata that say how the pixels are to be shown
MOST_PROFILES = 8  # a file has one
# How samples of 16 bits lie in a file, in the decoder's words, and by which words it gives all of their bytes.
HALVES = {
    "I;16B": ("I;16B",),
    "LA;16B": ("RGBA",),
    "RGB;16B": ("RGB;16B", "RGB;16L"),
    "RGBA;16B": ("RGBA;16B", "RGBA;16L"),
}
COUNTS = {"I;16B": 1, "LA;16B": 2, "RGB;16B": 3, "RGBA;16B": 4}


class Chunk(NamedTuple):
    """A chunk's name and where it lies: its length field at `start`, its data up to `end`, then four bytes of CRC."""

    name: bytes
    start: int
    end: int


def chunks(content: bytes) -> Iterator[Chunk]:
    """The chunks up to IEND, or as far as the file goes."""
    offset = len(SIGNATURE)
    while offset + 12 <= len(content):
        length, name = struct.unpack_from(">I4s", content, offset)
        yield Chunk(name, offset, offset + 8 + length)
        offset += 12 + length
        if name == b"IEND":
            return


def check_chunks(content: bytes) -> None:
    """Raises Unreadable for a file of very many small chunks, which would be gone through for seconds, and for CgBI."""
    if content[12:16] == b"CgBI":
        raise Unreadable(f"a PNG file in Apple's own form (CgBI), which is not read; {CONVERT}")
    small = profiles = 0
    for chunk in chunks(content):
        small += chunk.end - chunk.start < SMALL_BYTES
        profiles += chunk.name == b"iCCP"
        if small > MOST_SMALL or profiles > MOST_PROFILES:
            what = f"{MOST_SMALL} tiny chunks" if small > MOST_SMALL else f"{MOST_PROFILES} colour profiles"
            raise Unreadable(f"a PNG file of more than {what}; save it again in an image editor")


def has_profile(content: bytes) -> bool:
    """Whether the file brings a colour profile, sound or not."""
    return any(chunk.name == b"iCCP" for chunk in chunks(content))


def without_bad_metadata(content: bytes) -> bytes:
    """The file without metadata that do not matter or have a wrong checksum, and with no more than MOST_TEXT."""
    kept, left = [SIGNATURE], MOST_TEXT
    for chunk in chunks(content):
        used = _bytes_used(content, chunk, left)
        if used is not None:
            kept.append(content[chunk.start : chunk.end + 4])
            left -= used
    return b"".join(kept)


def _bytes_used(content: bytes, chunk: Chunk, left: int) -> int | None:
    """Bytes of text that a decoder makes of the chunk, less than `left`, or None for a chunk to be left out."""
    if chunk.name[:1].isupper() or chunk.name == b"tRNS":  # what the pixels cannot be read without
        return 0
    if chunk.name not in USED:
        return None
    data = content[chunk.start + 8 : chunk.end]
    if struct.pack(">I", zlib.crc32(chunk.name + data)) != content[chunk.end : chunk.end + 4]:
        return None
    rest = data.partition(b"\0")[2]  # after the keyword
    if chunk.name == b"iTXt" and rest[:1] == b"\1":
        return _unpacked_bytes(rest[2:].split(b"\0", 2)[-1], left)
    if chunk.name in (b"zTXt", b"iCCP"):
        return _unpacked_bytes(rest[1:], left) if rest[:1] == b"\0" else None
    return len(data) if len(data) < left else None


def _unpacked_bytes(packed: bytes, left: int) -> int | None:
    if left <= 0:
        return None
    unpacker = zlib.decompressobj()
    try:
        length = len(unpacker.decompress(packed, left))
    except zlib.error:
        return None
    return length if length < left and unpacker.eof else None


def is_deep(opened: ImageFile.ImageFile) -> bool:
    """Whether an opened PNG image, not loaded yet, has 16 bits a sample."""
    return bool(opened.tile) and opened.tile[0].args in HALVES


def deep_samples(content: bytes) -> tuple[Samples, int | None]:
    """The samples of a PNG file of 16 bits, and its EXIF orientation.

    The decoder gives one byte of a colour at a time: the file is decoded for the high bytes, and for the low ones.
    """
    with Image.open(io.BytesIO(content), formats=["PNG"]) as opened:
        raw_mode = str(opened.tile[0].args)
        read = _loaded(opened, HALVES[raw_mode][0])
        orientation, clear = orientation_of(opened), opened.info.get("transparency")
    values: np.ndarray = np.empty((*read.shape[:2], COUNTS[raw_mode]), "<u2")
    if len(HALVES[raw_mode]) == 1:  # grey, or both bytes of grey and alpha as if they were four colours
        values[:] = read[:, :, None] if read.ndim == 2 else read.view(">u2")
    else:
        halves = values.view(np.uint8).reshape(*values.shape, 2)
        halves[..., 1] = read
        del opened, read
        with Image.open(io.BytesIO(content), formats=["PNG"]) as opened:
            halves[..., 0] = _loaded(opened, HALVES[raw_mode][1])
    model = "RGB" if raw_mode.startswith("RGB") else "L"
    if clear is not None and values.shape[2] == len(model):  # a colour that is transparent
        seen = (values != np.array(clear, np.uint16)).any(-1, keepdims=True)
        values = np.concatenate([values, np.where(seen, np.uint16(0xFFFF), np.uint16(0))], -1)
    return Samples(values, model, has_alpha=values.shape[2] > len(model)), orientation


def _loaded(opened: ImageFile.ImageFile, raw_mode: str) -> np.ndarray:
    opened.tile = [opened.tile[0]._replace(args=raw_mode)]
    return np.asarray(opened)
