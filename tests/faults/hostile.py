"""Image files as bad as they come, of any number, each from its seed alone."""

import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from tests import profiles
from tests.tiffs import page, tiff

FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "GIF", "WEBP")
NAMES = (
    "plain",
    "two words",
    "it's",
    'so "called"',
    "tab\there",
    "line\nbreak",
    "Ωμέγα",
    "海胆",
    "صدفة",
    "%s{x}$(y)`z`",
)
NAMES += ("-rf", "back\\slash", "é\u0301", "a" * 200, os.fsdecode(b"caf\xe9"))
BOMB_PX = 7000  # a side: just below the limit on pixels


def write_files(folder: Path, count: int, seed: int, bombs: bool = True) -> tuple[set[Path], set[Path], set[Path]]:
    """Write files and return those that are images, those that are not, and those that could be either."""
    kinds: list[tuple[Callable, int]] = [(_whole, 0), (_odd_mode, 0), (_truncated, 1), (_headless, 1), (_swollen, 1)]
    kinds += [(_junk, 1), (_flipped, 2), (_claims, 2), (_deep, 0), (_deep_flipped, 2)]
    found: tuple[set[Path], set[Path], set[Path]] = (set(), set(), set())
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        random = np.random.default_rng([seed, number])
        make, verdict = kinds[number % len(kinds)]
        name = f"{NAMES[number % len(NAMES)]}{number}" if number % len(NAMES) != 10 else f"-rf{number}"
        path = folder / f"{name}.{('png', 'jpg', 'tif', 'PNG', 'txt')[number % 5]}"
        path.write_bytes(make(random))
        found[verdict].add(path)
    for number, mode in enumerate(("RGBA", "RGB", "I;16", "RGB;16") if bombs else ()):
        path = folder / f"bomb{number}.png"
        path.write_bytes(bomb(mode, BOMB_PX))
        found[2].add(path)
    return found


def bomb(mode: str, side: int) -> bytes:
    """A black PNG of side x side pixels in a few hundred kB."""
    channels, kind, bits = {"RGBA": (4, 6, 8), "RGB": (3, 2, 8), "I;16": (2, 0, 16), "RGB;16": (6, 2, 16)}[mode]
    packer = zlib.compressobj(1)
    row = b"\0" + (b"\0\0\0\xff" if mode == "RGBA" else bytes(channels)) * side
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, bits, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def many_scans(side: int, more: int) -> bytes:
    """A progressive JPEG whose last scan comes `more` times more."""
    whole = _encoded(Image.new("L", (side, side), 90), "JPEG", progressive=True)
    start = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[start:-2] * more + whole[-2:]


def _picture(random: np.random.Generator) -> Image.Image:
    texture = random.integers(0, 256, (8, 8, 3), dtype=np.uint8)
    return Image.fromarray(texture).resize(tuple(map(int, random.integers(20, 60, 2))), Image.Resampling.BICUBIC)


def _encoded(image: Image.Image, kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _format(random: np.random.Generator) -> str:
    return FORMATS[random.integers(len(FORMATS))]


def _whole(random: np.random.Generator) -> bytes:
    return _encoded(_picture(random), _format(random))


def _odd_mode(random: np.random.Generator) -> bytes:
    mode, kind = [
        ("1", "PNG"), ("P", "GIF"), ("LA", "PNG"), ("RGBA", "WEBP"), ("CMYK", "JPEG"), ("CMYK", "TIFF"),
        ("I;16", "PNG"), ("I;16", "TIFF"), ("F", "TIFF"), ("YCbCr", "TIFF"), ("LAB", "TIFF"), ("I", "TIFF"),
    ][random.integers(12)]  # fmt: skip
    image = _picture(random)
    if mode == "LAB":
        return _encoded(Image.merge("LAB", image.split()), kind)
    if mode in ("I;16", "I", "F"):
        grey = np.asarray(image.convert("L"))
        grey = grey.astype({"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode])
        return _encoded(Image.fromarray(grey), kind)
    return _encoded(image.convert(mode), kind)


def _deep(random: np.random.Generator) -> bytes:
    """A TIFF file of more than 8 bits, in grey or colour, of any layout, with a profile now and then."""
    dtype = np.dtype(("u2", "i2", "u4", "f2", "f4", "f8")[random.integers(6)])
    channels, planar, order = (1, 3, 4)[random.integers(3)], int(random.integers(1, 3)), "<>"[random.integers(2)]
    picture = np.asarray(_picture(random))[..., [0, 1, 2, 0][:channels]]
    values = (picture / 255 if dtype.kind == "f" else picture.astype(int) * (128 if dtype.kind == "i" else 257)).astype(
        dtype
    )
    tags = {"t338": (3, int(random.integers(3)))} if channels == 4 else {}
    tags |= {"t34675": (7, profiles.colour(profiles.ADOBE, 2.2))} if channels > 1 and random.random() < 0.3 else {}
    made = page(values, 1 if channels == 1 else 2, planar, int(random.integers(1, 30)), order, **tags)
    return tiff(made, order, big=random.random() < 0.3)


def _deep_flipped(random: np.random.Generator) -> bytes:
    whole = bytearray(_deep(random))
    for offset in random.integers(0, len(whole), int(random.integers(1, 6))):
        whole[offset] = random.integers(256)
    for offset in random.integers(1, 400, int(random.integers(0, 4))):  # among the tags
        whole[-offset] = random.integers(256)
    return bytes(whole)


def _truncated(random: np.random.Generator) -> bytes:
    whole = _encoded(_picture(random), _format(random))
    return whole[: random.integers(0, len(whole) * 9 // 10)]


def _headless(random: np.random.Generator) -> bytes:
    whole = bytearray(_whole(random))
    whole[:4] = b"\0\0\0\0"
    return bytes(whole)


def _swollen(random: np.random.Generator) -> bytes:
    # A header that promises more pixels than any memory holds.
    sides = [int(side) for side in random.integers(1 << 17, 1 << 24, 2)]
    head = struct.pack(">IIBBBBB", *sides, 8, (0, 2, 6)[random.integers(3)], 0, 0, 0)
    data = _chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + data + _chunk(b"IEND", b"")


def _junk(random: np.random.Generator) -> bytes:
    heads = (
        b"",
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"II*\0\x08\0\0\0",
        b"GIF89a",
        b"BM",
        b"RIFF\xff\0\0\0WEBP",
    )
    return heads[random.integers(len(heads))] + random.bytes(int(random.integers(0, 2000)))


def _flipped(random: np.random.Generator) -> bytes:
    whole = bytearray(_encoded(_picture(random), _format(random)))
    for offset in random.integers(0, len(whole), int(random.integers(1, 12))):
        whole[offset] = random.integers(256)
    return bytes(whole)


def _claims(random: np.random.Generator) -> bytes:
    # A TIFF or a BMP whose numbers (sizes, offsets, counts) are wild.
    whole = bytearray(_encoded(_picture(random), ("TIFF", "BMP", "GIF", "WEBP")[random.integers(4)]))
    wild = (0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0x10000, 0xFFFF)
    for _ in range(int(random.integers(1, 4))):
        offset = int(random.integers(4, min(len(whole) - 4, 400)))
        whole[offset : offset + 4] = struct.pack("<I", wild[random.integers(len(wild))])
    return bytes(whole)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
