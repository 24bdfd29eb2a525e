"""Metadata of a PNG file neither cost its pixels nor seconds."""

import contextlib
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from augury.images.decoding.decode import Unreadable, decode
from tests.cost import cpu_seconds
from tests.settings import decoding

ANY = decoding()
PIXELS = np.random.default_rng(7).integers(0, 256, (24, 20, 3), np.uint8)


def chunk(name: bytes, data: bytes, wrong: int = 0) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data) ^ wrong)


def png(before: bytes = b"", after: bytes = b"", **options) -> bytes:
    """PIXELS as a PNG file with chunks before and after its pixels."""
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, "PNG", **options)
    content = buffer.getvalue()
    return content[:33] + before + content[33:-12] + after + content[-12:]


LONG = zlib.compress(b"x" * 3_000_000)
METADATA = {
    "long zTXt": chunk(b"zTXt", b"metadata\0\0" + LONG),
    "long iTXt": chunk(b"iTXt", b"metadata\0\1\0\0\0" + LONG),
    "many zTXt": chunk(b"zTXt", b"metadata\0\0" + zlib.compress(b"x" * 900_000)) * 100,
    "checksum of a text": chunk(b"tEXt", b"a\0b", wrong=1),
    "checksum of a time": chunk(b"tIME", bytes(7), wrong=1),
    "no text": chunk(b"zTXt", b"a\0\0garbage"),
    "broken profile": chunk(b"iCCP", b"name\0\0garbage"),
    "profile of another method": chunk(b"iCCP", b"name\0\7garbage"),
    "long profile": chunk(b"iCCP", b"name\0\0" + LONG),
    "short gamma": chunk(b"gAMA", b"\0"),
}


@pytest.mark.parametrize("name", METADATA)
@pytest.mark.parametrize("where", ["before", "after"])
def test_metadata_do_not_cost_the_pixels(name, where):
    assert np.array_equal(np.asarray(decode(png(**{where: METADATA[name]}), ANY).image), PIXELS)


def test_an_orientation_beside_bad_metadata_still_counts():
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    content = png(METADATA["long zTXt"] + METADATA["checksum of a text"], exif=exif)
    assert np.array_equal(np.asarray(decode(content, ANY).image), PIXELS[::-1, ::-1])


def test_a_damaged_transparency_is_not_passed_over():
    with pytest.raises(Unreadable, match="damaged image"):
        decode(png(chunk(b"tRNS", bytes(6), wrong=1)), ANY)


def test_what_stands_around_the_image_does_not_matter():
    for content in (png() + b"junk" * 100, png()[:-12], b"\n" + png(), b"\xef\xbb\xbf\r\n" + png()):
        assert np.array_equal(np.asarray(decode(content, ANY).image), PIXELS)


@pytest.mark.parametrize(
    "chunks, words",
    [
        (chunk(b"teSt", b"") * 1_000_000, "tiny chunks"),
        (chunk(b"IDAT", b"") * 1_000_000, "tiny chunks"),
        (chunk(b"iCCP", b"name\0\0" + zlib.compress(bytes(1_000_000))) * 5000, "colour profiles"),
        (chunk(b"zTXt", b"name\0\0" + zlib.compress(bytes(1_000_000))) * 2000, None),
    ],
)
def test_what_is_repeated_without_end_takes_little_time(chunks, words):
    content = png(chunks)
    if words:
        with pytest.raises(Unreadable, match=words):
            decode(content, ANY)
    else:
        assert decode(content, ANY).width == 20

    def attempt() -> None:
        with contextlib.suppress(Unreadable):
            decode(content, ANY)

    assert cpu_seconds(attempt) < 2


def test_the_pixels_own_checksum_is_no_metadata():
    content = bytearray(png())
    content[content.rindex(b"IDAT") + 30] ^= 1
    with pytest.raises(Unreadable, match="damaged image"):
        decode(bytes(content), ANY)


def test_apple_s_own_form_is_named():
    content = png()[:8] + chunk(b"CgBI", b"\x50\0\x20\2") + png()[8:]
    with pytest.raises(Unreadable, match="Apple's own form"):
        decode(content, ANY)


def test_an_image_that_nothing_is_seen_of_is_refused():
    for alpha in (0, 1):  # an alpha of 0 to 1 that was taken for one of 0 to 255
        buffer = io.BytesIO()
        Image.fromarray(np.dstack([PIXELS, np.full((24, 20), alpha, np.uint8)])).save(buffer, "PNG")
        with pytest.raises(Unreadable, match=r"wholly transparent, .*; export it without its alpha channel"):
            decode(buffer.getvalue(), ANY)
