"""Files of every kind become the right pixels, or a plain reason. Expected values are worked out by hand."""

import contextlib
import io
import os
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from augury.images.decoding.decode import Unreadable, decode, read_content
from augury.images.decoding.formats import TRUNCATED
from augury.study.images import Decoding
from tests.cost import cpu_seconds
from tests.faults import hostile
from tests.settings import decoding

ANY = decoding()
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # pytest undoes what the module has set


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def pixels(content: bytes, how: Decoding = ANY) -> np.ndarray:
    return np.asarray(decode(content, how).image)


def textured(height: int = 40, width: int = 50, channels: int = 3) -> np.ndarray:
    rng = np.random.default_rng(3)
    return rng.integers(0, 256, (height, width, channels), np.uint8)


def reason(content: bytes, how: Decoding = ANY) -> str:
    with pytest.raises(Unreadable) as caught:
        decode(content, how)
    return str(caught.value)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP"])
def test_lossless_formats_give_the_very_pixels(kind):
    assert np.array_equal(pixels(encoded(Image.fromarray(textured()), kind)), textured())


def test_webp_lossless_gives_the_very_pixels():
    assert np.array_equal(pixels(encoded(Image.fromarray(textured()), "WEBP", lossless=True)), textured())


def test_jpeg_is_close_on_a_smooth_image():
    ramp = np.repeat(np.arange(0, 240, 4, np.uint8)[None], 60, axis=0)
    assert np.abs(pixels(encoded(Image.fromarray(ramp), "JPEG", quality=95)).astype(int) - ramp).max() <= 4


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "MPO"])
def test_of_several_frames_the_first_is_taken(kind):
    frames = [Image.new("RGB", (24, 24), colour) for colour in ((255, 0, 0), (0, 0, 255))]
    options = {"lossless": True} if kind == "WEBP" else {"quality": 95} if kind == "MPO" else {}
    content = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    assert np.abs(pixels(content)[0, 0].astype(int) - [255, 0, 0]).max() <= 2
    # The second picture of an MPO file is no frame: the other eye's view, or a map of distances.
    assert decode(content, ANY).notes == (
        () if kind == "MPO" else ("are animations, of which the first frame is read",)
    )


def test_a_damaged_second_frame_does_not_cost_the_first():
    frames = [Image.fromarray(textured(24, 24, 1)[:, :, 0] // 2 * (number + 1)) for number in range(2)]
    content = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    whole = pixels(content)
    for cut in (20, 60, 200):
        assert np.array_equal(pixels(content[:-cut]), whole)


@pytest.mark.parametrize("dtype", ["<u2", ">u2"])
def test_sixteen_bits_are_divided_by_257(dtype):
    values = np.array([[0, 257, 25700, 65535]], np.uint16)
    mode = {"<u2": "I;16", ">u2": "I;16B"}[dtype]
    image = Image.frombytes(mode, (4, 1), values.astype(dtype).tobytes())
    decoded = decode(encoded(image, "TIFF"), ANY)
    assert decoded.mode == mode
    assert np.allclose(np.asarray(decoded.image), [[0, 1, 100, 255]], atol=1e-4)


def test_sixteen_bit_png_and_the_image_s_own_range():
    content = encoded(Image.fromarray(np.array([[1000, 1500], [2000, 3000]], np.uint16)))
    assert np.allclose(pixels(content), np.array([[1000, 1500], [2000, 3000]]) / 257, atol=1e-4)
    assert np.allclose(pixels(content, decoding(depth16="image")), [[0, 63.75], [127.5, 255]], atol=1e-4)


def test_an_even_sixteen_bit_image_has_no_range():
    content = encoded(Image.fromarray(np.full((3, 3), 700, np.uint16)))
    assert (pixels(content, decoding(depth16="image")) == 0).all()


@pytest.mark.parametrize(("top", "factor"), [(1.0, 255.0), (200.0, 1.0), (60000.0, 1 / 257)])
def test_floats_take_the_least_range_that_holds_them(top, factor):
    values = np.array([[0.0, top / 2, top]], np.float32)
    assert np.allclose(pixels(encoded(Image.fromarray(values), "TIFF")), values * factor, rtol=1e-5)


def test_floats_outside_every_range_are_refused_unless_spread():
    content = encoded(Image.fromarray(np.array([[-5.0, 0.0, 5.0]], np.float32)), "TIFF")
    assert "outside 0 to 65535" in reason(content)
    assert pixels(content, decoding(depth16="image")).tolist() == [[0, 127.5, 255]]


def test_floats_that_are_no_numbers_are_refused():
    assert "finite" in reason(encoded(Image.fromarray(np.array([[0, np.nan]], np.float32)), "TIFF"))


def test_transparency_is_laid_over_the_background():
    half = Image.new("RGBA", (2, 2), (200, 0, 100, 51))  # alpha 0.2: 0.2 * colour + 0.8 * background
    assert pixels(encoded(half))[0, 0].tolist() == [244, 204, 224]
    assert pixels(encoded(half), decoding(background="black"))[0, 0].tolist() == [40, 0, 20]
    hidden = Image.new("LA", (2, 2), (7, 0))
    hidden.putpixel((0, 0), (7, 255))


def test_palettes_give_their_colours_and_a_transparent_entry_the_background():
    image = Image.fromarray(np.array([[0, 1, 2]], np.uint8), "P")
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    assert pixels(encoded(image))[0].tolist() == [[255, 0, 0], [0, 255, 0], [0, 0, 255]]
    assert pixels(encoded(image, transparency=1))[0].tolist() == [[255, 0, 0], [255, 255, 255], [0, 0, 255]]
    assert pixels(encoded(image, "GIF", transparency=2))[0].tolist()[2] == [255, 255, 255]


def test_one_bit_becomes_black_and_white():
    image = Image.fromarray(np.array([[True, False]]))
    decoded = decode(encoded(image), ANY)
    assert (decoded.mode, np.asarray(decoded.image).tolist()) == ("1", [[255, 0]])


def test_cmyk_and_lab_become_colours():
    assert pixels(encoded(Image.new("CMYK", (2, 2), (0, 255, 255, 0)), "TIFF"))[0, 0].tolist() == [255, 0, 0]
    red, green, blue = pixels(encoded(Image.new("LAB", (2, 2), (255, 128, 128)), "TIFF"))[0, 0].tolist()
    assert min(red, green, blue) >= 250  # L* = 100 is white


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_orientation_is_undone(orientation, kind):
    upright = textured(20, 30)
    # How a camera stores the upright image under each value of the tag (EXIF 2.3, tag 274).
    stored = {
        1: upright, 2: upright[:, ::-1], 3: upright[::-1, ::-1], 4: upright[::-1], 5: upright.swapaxes(0, 1),
        6: np.rot90(upright, 1), 7: np.rot90(upright, 2).swapaxes(0, 1), 8: np.rot90(upright, -1),
    }[orientation]  # fmt: skip
    exif = Image.Exif()
    exif[274] = orientation
    options = {"lossless": True} if kind == "WEBP" else {}
    content = encoded(Image.fromarray(np.ascontiguousarray(stored)), kind, exif=exif, **options)
    decoded = decode(content, ANY)
    assert (decoded.width, decoded.height) == (30, 20)
    assert np.array_equal(np.asarray(decoded.image), upright)


def test_orientation_of_sixteen_bits():
    values = np.array([[1, 2, 3], [4, 5, 6]], np.uint16) * 257
    exif = Image.Exif()
    exif[274] = 6
    assert pixels(encoded(Image.fromarray(np.rot90(values).copy()), exif=exif)).tolist() == [[1, 2, 3], [4, 5, 6]]


def test_broken_metadata_do_not_cost_the_image():
    content = encoded(Image.fromarray(textured()), exif=b"Exif\0\0II*\0\xff\xff\xff\xff garbage")
    assert np.array_equal(pixels(content), textured())


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = png_chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + data + png_chunk(b"IEND", b"")


def test_too_many_pixels_are_refused_from_the_header():
    content = bomb(100_000, 90_000)
    assert reason(content).startswith("too large: 100000 x 90000 pixels")
    assert cpu_seconds(lambda: reason(content)) < 1
    assert reason(bomb(40, 30), decoding(max_pixels=1199)) == (
        "too large: 40 x 30 pixels, more than max_pixels 1199; scale it down, or raise preparation.max_pixels"
    )


def test_a_jpeg_of_very_many_scans_is_refused_before_it_is_decoded():
    limit = decoding(max_pixels=64 * 64)
    assert decode(hostile.many_scans(64, 0), limit).width == 64
    assert reason(hostile.many_scans(64, 20), limit).startswith("too large: 64 x 64 pixels in 2")
    assert decode(hostile.many_scans(64, 20), ANY).width == 64


def test_max_pixels_may_be_more_than_the_decoder_s_own_limit():
    # 200 million pixels is over Pillow's limit of 179 million; the data are short, which is the only complaint.
    assert reason(bomb(20_000, 10_000), decoding(max_pixels=300_000_000)) == TRUNCATED


def test_too_small_images_are_refused_by_their_shorter_side():
    content = encoded(Image.fromarray(textured(31, 200)))
    assert reason(content, decoding(min_size_px=32)) == (
        "too small: 200 x 31 pixels, min_size_px is 32; lower preparation.min_size_px if it shows enough"
    )
    assert decode(content, decoding(min_size_px=31)).height == 31


@pytest.mark.parametrize("share", [0.05, 0.5, 0.99])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP", "GIF", "WEBP"])
def test_truncated_files_are_an_error_and_not_half_an_image(kind, share):
    content = encoded(Image.fromarray(textured()), kind)
    assert decode(content, ANY).width == 50
    assert reason(content[: int(len(content) * share)]).startswith(("truncated image", "damaged image"))


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0, "optimize": True}])
def test_a_jpeg_file_without_its_last_marker_is_whole(options):
    smooth = Image.fromarray(textured(8, 10)).resize((150, 120), Image.Resampling.BICUBIC)
    content = encoded(smooth, "JPEG", quality=90, **options)
    assert content.endswith(b"\xff\xd9")
    assert np.array_equal(pixels(content[:-2]), pixels(content))
    assert np.array_equal(pixels(content[:-1]), pixels(content))
    for cut in (4, 10, 50, 400):
        assert reason(content[:-cut]) == TRUNCATED


def test_random_damage_never_escapes_as_another_exception():
    rng = np.random.default_rng(5)
    for kind in ("JPEG", "PNG", "TIFF", "BMP", "GIF", "WEBP"):
        content = encoded(Image.fromarray(textured(16, 16)), kind)
        for _ in range(60):
            damaged = bytearray(content)
            for offset in rng.integers(0, min(len(damaged), 200), 4):
                damaged[offset] = rng.integers(256)
            with contextlib.suppress(Unreadable):
                decode(bytes(damaged), decoding(max_pixels=10_000))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"P5 2 2 255\n\0\1\2\3", "a PNM file"),  # Pillow reads it, the list of formats does not hold it
        (b"\xff\xd8\xff", "damaged image"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 40, "a HEIF file, which is not read; convert it to PNG or TIFF"),
    ],
)
def test_what_is_no_image_is_told_so(content, expected):
    assert reason(content).startswith(expected)


def test_the_content_decides_and_not_the_name(tmp_path):
    path = tmp_path / "image.jpg"
    path.write_bytes(encoded(Image.fromarray(textured())))
    assert decode(read_content(path, ANY), ANY).width == 50


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "empty.png").touch()
    (tmp_path / "broken_link.png").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.png")  # reading it would wait for ever
    for name, head in (("huge.png", b"\x89PNG"), ("huge.dat", b"\1")):
        (tmp_path / name).write_bytes(head)
        os.truncate(tmp_path / name, 1 << 33)  # sparse: no disk is used
    expected = {
        "empty.png": "empty file",
        "broken_link.png": "a link to .*nowhere, which is not there",
        "pipe.png": "not a regular file",
    }
    for name, words in expected.items():
        with pytest.raises(Unreadable, match=words):
            read_content(tmp_path / name, ANY)
    with pytest.raises(Unreadable, match="too large"):
        read_content(tmp_path / "huge.png", decoding(max_pixels=1000))
    with pytest.raises(Unreadable, match="not an image"):
        read_content(tmp_path / "huge.dat", ANY)
