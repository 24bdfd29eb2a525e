"""PNG images of 16 bits, to the last bit; and ordinary images, to the byte what they always were."""

import hashlib
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from augury.images.decoding.decode import Unreadable, decode
from tests.settings import decoding

ANY = decoding()


# The passes of an interlaced file (Adam7): first row and column, and steps.
PASSES = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))


def png(values: np.ndarray, chunks: bytes = b"", interlaced: bool = False) -> bytes:
    """(H, W, C) uint16 as a PNG file of 16 bits."""
    height, width, channels = values.shape
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    parts = [values[top::down, left::right] for top, left, down, right in PASSES] if interlaced else [values]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for part in parts if part.size for row in part)
    head = struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, interlaced)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    made = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + made[0] + chunks + b"".join(made[1:])


def clear(*values: int) -> bytes:
    """A chunk that makes one colour transparent."""
    data = b"tRNS" + struct.pack(f">{len(values)}H", *values)
    return struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))


VALUES = np.random.default_rng(5).integers(0, 65536, (9, 7, 3)).astype(np.uint16)
EXPECTED = np.rint(VALUES.astype(np.float64) / 257)


def test_colours_of_sixteen_bits_are_rounded_and_not_cut():
    # 65535 / 257 = 255; 6554 / 257 = 25.5, which cut to its high byte would be 25.
    assert np.array_equal(np.asarray(decode(png(VALUES), ANY).image), EXPECTED)
    assert np.array_equal(np.asarray(decode(png(VALUES, interlaced=True), ANY).image), EXPECTED)
    veiled = np.dstack([VALUES[:, :, :1], np.full((9, 7), 65535, np.uint16)])
    made = np.asarray(decode(png(veiled, interlaced=True), ANY).image)
    assert np.array_equal(made, np.repeat(EXPECTED[:, :, :1], 3, -1))


def test_alpha_of_sixteen_bits():
    veiled = np.dstack([VALUES, np.full((9, 7), 13107, np.uint16)])  # a fifth
    made = np.asarray(decode(png(veiled), ANY).image)
    assert np.abs(made - (0.2 * EXPECTED + 0.8 * 255)).max() <= 1
    grey = np.dstack([VALUES[:, :, 0], np.full((9, 7), 65535, np.uint16)])
    made = np.asarray(decode(png(grey), ANY).image)
    assert np.array_equal(made, np.repeat(EXPECTED[:, :, :1], 3, -1))


def test_a_transparent_colour_is_told_by_both_bytes():
    values = np.full((2, 2, 3), 300, np.uint16)
    values[0, 0] = 301
    made = np.asarray(decode(png(values, clear(300, 300, 300)), ANY).image)
    assert made.tolist() == [[[1, 1, 1], [255, 255, 255]], [[255, 255, 255]] * 2]
    made = np.asarray(decode(png(values[:, :, :1], clear(300)), ANY).image)
    assert made[0].tolist() == [[1, 1, 1], [255, 255, 255]]
    with pytest.raises(Unreadable, match="wholly transparent"):
        decode(png(values[1:, :, :1], clear(300)), ANY)


def test_a_camera_of_twelve_bits_and_an_own_range():
    values = VALUES >> 4
    assert np.array_equal(np.asarray(decode(png(values), decoding(depth16=12)).image), np.rint(values / 4095 * 255))
    assert decode(png(values), ANY).highest == values.max()
    low, high = int(values.min()), int(values.max())
    own = np.asarray(decode(png(values), decoding(depth16="image")).image)
    assert np.array_equal(own, np.rint((values.astype(np.float64) - low) * (255 / (high - low))))
    with pytest.raises(Unreadable, match=r", outside 0 to 4095 \(preparation.depth16 is 12\)"):
        decode(png(VALUES), decoding(depth16=12))


def ordinary() -> dict[str, tuple[Image.Image, str, dict]]:
    rng = np.random.default_rng(11)
    coarse = Image.fromarray(rng.integers(0, 256, (12, 15, 3), np.uint8)).resize((75, 60), Image.Resampling.BICUBIC)
    made = {}
    for mode, kinds in {
        "RGB": "JPEG PNG BMP TIFF WEBP",
        "L": "JPEG PNG BMP TIFF",
        "P": "PNG GIF",
        "1": "PNG TIFF BMP",
    }.items():
        for kind in kinds.split():
            image = coarse if mode == "RGB" else coarse.convert("L") if mode == "L" else coarse.quantize(64)
            made[f"{kind} {mode}"] = coarse.convert("1") if mode == "1" else image, kind, {}
    made["progressive JPEG"] = coarse, "JPEG", {"progressive": True, "quality": 70}
    made["LZW TIFF"] = coarse, "TIFF", {"compression": "tiff_lzw"}
    made["JPEG TIFF"] = coarse, "TIFF", {"compression": "jpeg"}
    return made


@pytest.mark.parametrize("name", ordinary())
def test_ordinary_images_are_the_decoder_s_own_bytes(name):
    image, kind, options = ordinary()[name]
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    decoded = decode(buffer.getvalue(), ANY)
    with Image.open(buffer) as opened:
        expected = np.asarray(opened.convert("L" if opened.mode in ("1", "L") else "RGB"))
    assert np.array_equal(np.asarray(decoded.image), expected)
    assert (decoded.notes, decoded.highest) == ((), None)


def test_pixels_that_are_known_since_long_are_the_same():
    # A decoder that changes these changes what every study of ordinary images was trained on.
    rng = np.random.default_rng(12)
    digests = []
    for kind, shape in (("PNG", (20, 30, 3)), ("BMP", (20, 30, 3)), ("TIFF", (20, 30)), ("PNG", (20, 30, 4))):
        values = rng.integers(8, 256, shape, np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(values).save(buffer, kind)
        digests.append(hashlib.sha256(np.asarray(decode(buffer.getvalue(), ANY).image).tobytes()).hexdigest()[:8])
    assert digests == ["fa5bdaa2", "714b5d1f", "8413296c", "64b2a389"]
