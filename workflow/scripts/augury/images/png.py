"""The chunks of a PNG file: bounded in number, and without the metadata that a decoder stumbles over."""

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from augury.images.formats import Unreadable

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SMALL_BYTES, MOST_SMALL = 64, 20_000  # chunks of so few bytes; a decoder takes microseconds for each
MOST_TEXT = 1 << 20  # bytes, unpacked
USED = (b"eXIf", b"iCCP", b"tEXt", b"zTXt", b"iTXt")  # metadata that say how the pixels are to be shown
MOST_PROFILES = 8  # a file has one


class Chunk(NamedTuple):
    """A chunk's name and where it lies: its length field at `start`, its data up to `end`, then four bytes of CRC."""

    name: bytes
    start: int
    end: int


def chunks(content: bytes) -> Iterator[Chunk]:
    """The chunks up to IEND, or as far as the file goes."""
    place = len(SIGNATURE)
    while place + 12 <= len(content):
        length, name = struct.unpack_from(">I4s", content, place)
        yield Chunk(name, place, place + 8 + length)
        place += 12 + length
        if name == b"IEND":
            return


def check_chunks(content: bytes) -> None:
    """Raises Unreadable for a file of very many small chunks, of which a million would be gone through for seconds."""
    small = profiles = 0
    for chunk in chunks(content):
        small += chunk.end - chunk.start < SMALL_BYTES
        profiles += chunk.name == b"iCCP"
        if small > MOST_SMALL or profiles > MOST_PROFILES:
            what = f"{MOST_SMALL} tiny chunks" if small > MOST_SMALL else f"{MOST_PROFILES} colour profiles"
            raise Unreadable(f"a PNG file of more than {what}; save it again in an image editor")


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
