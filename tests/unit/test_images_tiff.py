"""TIFF files as instruments write them: one scene, dark left (26), bright right (204), a white corner (255).

A tenth, four fifths and all of a file's own range are 25.5, 204 and 255 by hand; a number that is given instead says
what a setting makes of it.
"""

import io
import zlib

import numpy as np
import pytest
from PIL import Image

from augury.images.decoding.decode import Unreadable, decode
from augury.study.images import Decoding
from tests.cost import cpu_seconds
from tests.settings import decoding
from tests.tiffs import page, tiff

ANY = decoding()
HEIGHT, WIDTH = 12, 18
PARTS = np.full((HEIGHT, WIDTH), 0.1)
PARTS[:, WIDTH // 2 :] = 0.8
PARTS[:3, :3] = 1.0


def scene(dtype=np.uint8, top: float = 255) -> np.ndarray:
    values = PARTS * top
    return values.astype(dtype) if np.dtype(dtype).kind == "f" else np.rint(values).astype(dtype)


def colour(dtype=np.uint8, top: float = 255, channels: int = 3) -> np.ndarray:
    """The scene in all colours, but blue is a quarter of it and what comes after is its reverse."""
    grey = scene(dtype, top)
    quarter = (grey / 4 if np.dtype(dtype).kind == "f" else np.rint(grey / 4)).astype(dtype)
    return np.stack([grey, grey, quarter, *[grey[:, ::-1]] * (channels - 3)], -1)


def seen(content: bytes, how: Decoding = ANY) -> np.ndarray:
    """Corner, left and right of the decoded scene, as the mean over its pixels there: (3,) or (3, 3)."""
    pixels = np.asarray(decode(content, how).image, np.float64)
    assert pixels.shape[:2] == (HEIGHT, WIDTH)
    parts = [pixels[part == PARTS] for part in (1.0, 0.1, 0.8)]
    assert all((part == part[0]).all() for part in parts)
    return np.stack([part[0] for part in parts])


def reason(content: bytes, how: Decoding = ANY) -> str:
    with pytest.raises(Unreadable) as caught:
        decode(content, how)
    return str(caught.value)


SCENE = [255, 25.5, 204]
COLOURS = [[255, 255, 64], [26, 26, 6], [204, 204, 51]]
OPAQUE = np.full((HEIGHT, WIDTH, 1), 65535, np.uint16)
GREY = {
    "16 bits": page(scene(np.uint16, 65535), 1),
    "16 bits, white is 0": page(65535 - scene(np.uint16, 65535), 0),
    "16 bits, white is 0, strips": page(65535 - scene(np.uint16, 65535), 0, rows=5),
    "8 bits, white is 0": page(255 - scene(), 0),
    "16 bits in a plane": page(scene(np.uint16, 65535), 1, planar=2),
    "8 bits in a plane, white is 0": page(255 - scene(), 0, planar=2),
    "floats in planes of strips": page(scene(np.float32, 1), 1, planar=2, rows=5),
    "no photometric tag": page(scene(np.uint16, 65535), None),
    "signed 16 bits": page(scene(np.int16, 32767), 1),
    "signed 8 bits": page(scene(np.int8, 127), 1),
    "32 bits of 16": page(scene(np.uint32, 65535), 1),
    "signed 32 bits of 16": page(scene(np.int32, 65535), 1),
    "64 bits of 16": page(scene(np.uint64, 65535), 1),
    "half floats": page(scene(np.float16, 1), 1),
    "floats": page(scene(np.float32, 1), 1),
    "64-bit floats": page(scene(np.float64, 1), 1),
    "64-bit floats, white is 0": page(1 - scene(np.float64, 1), 0),
    "8 bits, alpha in a plane": page(np.dstack([scene(), OPAQUE >> 8]).astype(np.uint8), 1, planar=2, t338=(3, 2)),
    "grey and alpha": page(np.dstack([scene(np.uint16, 65535), OPAQUE]), 1, t338=(3, 2)),
}
COLOUR = {
    "16 bits": page(colour(np.uint16, 65535), 2),
    "16 bits, planes": page(colour(np.uint16, 65535), 2, planar=2),
    "16 bits, planes in strips": page(colour(np.uint16, 65535), 2, planar=2, rows=5),
    "8 bits, planes": page(colour(), 2, planar=2),
    "floats": page(colour(np.float32, 1), 2),
    "half floats": page(colour(np.float16, 1), 2),
    "64-bit floats": page(colour(np.float64, 1), 2),
    "alpha": page(np.dstack([colour(np.uint16, 65535), OPAQUE]), 2, t338=(3, 2)),
    "five channels": page(colour(channels=5), 2, t338=(3, [0, 0])),
    "five channels in planes": page(colour(channels=5), 2, planar=2, t338=(3, [0, 0])),
    "five channels of 16 bits": page(colour(np.uint16, 65535, 5), 2, t338=(3, [0, 0])),
    "six channels, the last an alpha": page(
        np.dstack([colour(np.uint16, 65535, 5), OPAQUE]), 2, t338=(3, [0, 0, 2])
    ),
}  # fmt: skip


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("name", GREY)
def test_grey_of_every_kind(name, order):
    made = page_in(GREY[name], order)
    decoded = seen(made)
    assert np.abs(np.ravel(decoded.mean(-1) if decoded.ndim == 2 else decoded) - SCENE).max() <= 1


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("name", COLOUR)
def test_colour_of_every_kind(name, order):
    assert np.abs(seen(page_in(COLOUR[name], order)) - COLOURS).max() <= 1


def page_in(made, order: str) -> bytes:
    """The page with its samples in another byte order."""
    size = made.tags[258][1][0] // 8
    strips = made.strips if order == "<" else [swapped(strip, size) for strip in made.strips]
    return tiff(type(made)(made.tags, strips), order)


def swapped(strip: bytes, size: int) -> bytes:
    return np.frombuffer(strip, np.uint8).reshape(-1, size)[:, ::-1].tobytes()


def packed(values: np.ndarray, bits: int) -> bytes:
    """Rows of numbers bit after bit, each row from a whole byte on."""
    rows = ["".join(f"{value:0{bits}b}" for value in row.ravel()) for row in values]
    return b"".join(int(row.ljust(-(-len(row) // 8) * 8, "0"), 2).to_bytes(-(-len(row) // 8), "big") for row in rows)


@pytest.mark.parametrize("planar", [1, 2])
@pytest.mark.parametrize("white", [0, 1])
@pytest.mark.parametrize("bits", [1, 2, 4])
def test_fewer_than_eight_bits(bits, white, planar):
    top = (1 << bits) - 1
    grey = scene(np.uint8, top)
    content = tiff(page(grey, white, planar, strips=[packed(grey if white else top - grey, bits)], t258=(3, bits)))
    assert seen(content).tolist() == [255, round(0.1 * top) / top * 255, round(0.8 * top) / top * 255]


@pytest.mark.parametrize("bits", [10, 12, 14])
def test_bits_that_the_file_declares_need_no_setting(bits):
    grey, three = scene(np.uint16, (1 << bits) - 1), colour(np.uint16, (1 << bits) - 1)
    content = tiff(page(grey, 1, strips=[packed(grey, bits)], t258=(3, bits)))
    assert np.abs(seen(content) - SCENE).max() <= 0.5
    assert decode(content, ANY).highest is None
    content = tiff(page(three, 2, strips=[packed(three, bits)], t258=(3, [bits] * 3)))
    assert np.abs(seen(content) - COLOURS).max() <= 1


@pytest.mark.parametrize("bits", [8, 10, 12, 14])
def test_fewer_bits_than_the_file_has_are_a_setting_for_all_images(bits):
    top = (1 << bits) - 1
    grey, three = tiff(page(scene(np.uint16, top), 1)), tiff(page(colour(np.uint16, top), 2))
    assert np.abs(seen(grey, decoding(depth16=bits)) - SCENE).max() <= 0.5
    assert np.abs(seen(three, decoding(depth16=bits)) - COLOURS).max() <= 1
    assert np.abs(seen(grey, decoding(depth16="full")) - np.array(SCENE) * top / 65535).max() <= 0.5
    assert {decode(content, ANY).highest for content in (grey, three)} == {top}
    # An image half as bright stays half as bright; its own range would make both the same.
    dim = tiff(page(scene(np.uint16, top) // 2, 1))
    assert np.abs(seen(dim, decoding(depth16=bits)) - np.array(SCENE) / 2).max() <= 0.5
    assert np.abs(seen(dim, decoding(depth16="image")) - seen(grey, decoding(depth16="image"))).max() <= 2
    bright = tiff(page(scene(np.uint16, top + 1), 1))
    assert f"from {round(0.1 * (top + 1))} to {top + 1}, outside 0 to {top} (preparation.depth16 is {bits})" in reason(
        bright, decoding(depth16=bits)
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floats_of_a_camera_s_range(dtype):
    content = tiff(page(scene(dtype, 4095), 1))
    assert decode(content, ANY).highest == 4095
    assert np.abs(seen(content, decoding(depth16=12)) - SCENE).max() <= 0.5
    for top in (1, 255):
        content = tiff(page(scene(dtype, top), 1))
        assert np.abs(seen(content, decoding(depth16=12)) - SCENE).max() <= 0.5
        assert decode(content, ANY).highest is None


def test_a_colour_s_own_range_keeps_its_hue():
    values = np.zeros((2, 2, 3), np.uint16) + np.array([1000, 2000, 3000], np.uint16)
    values[0, 0] = 0
    assert np.asarray(decode(tiff(page(values, 2)), decoding(depth16="image")).image)[1, 1].tolist() == [85, 170, 255]
    plain = tiff(page(colour(channels=5) // 2, 2, t338=(3, [0, 0])))
    assert np.array_equal(seen(plain, decoding(depth16="image")), seen(plain))  # 8 bits are what they are


@pytest.mark.parametrize(
    "values, words",
    [
        (
            np.array([[-5, 100]], np.int16),
            "of 16 bits with values from -5 to 100, outside 0 to 32767; preparation.depth16: image takes them",
        ),
        (
            np.array([[0, 1 << 20]], np.uint32),
            "integers of 32 bits with values from 0 to 1.04858e+06, outside",
        ),
        (np.array([[0, np.nan]], np.float64), "not finite"),
        (np.array([[0, np.inf]], np.float16), "not finite"),
        (np.array([[0, 1j]], np.complex64), "complex numbers, which is not read; export it with 8 or 16 bits"),
    ],
)
def test_values_without_a_meaning_are_refused(values, words):
    assert words in reason(tiff(page(values, 1)))


def compressed(how: str, values: np.ndarray) -> bytes:
    """Bytes packed by another tool's encoder, as if they were a grey image."""
    buffer = io.BytesIO()
    rows = np.ascontiguousarray(values).view(np.uint8).reshape(len(values), -1)
    Image.fromarray(rows).save(buffer, "TIFF", compression=how)
    with Image.open(buffer) as image:
        starts, sizes = image.tag_v2[273], image.tag_v2[279]
    assert len(starts) == 1
    return buffer.getvalue()[starts[0] : starts[0] + sizes[0]]


COMPRESSIONS = {"tiff_lzw": 5, "tiff_adobe_deflate": 8, "packbits": 32773, "lzma": 34925, "zstd": 50000}


@pytest.mark.parametrize("name", COMPRESSIONS)
def test_compressed_samples(name):
    values = colour(np.uint16, 65535)
    content = tiff(page(values, 2, strips=[compressed(name, values)], t259=(3, COMPRESSIONS[name])))
    assert np.abs(seen(content) - COLOURS).max() <= 0.5
    if name != "packbits":  # of which any bytes are some image
        assert reason(content[:8] + bytes(20) + content[28:]).startswith(("damaged image", "truncated image"))


@pytest.mark.parametrize("order", ["<", ">"])
def test_differences_instead_of_values(order):
    values = colour(np.uint16, 65535).astype(order + "u2")
    differences = np.diff(values, axis=1, prepend=np.zeros((HEIGHT, 1, 3), values.dtype)).astype(values.dtype)
    content = tiff(page(values, 2, t259=(3, 8), t317=(3, 2), strips=[zlib.compress(differences.tobytes())]), order)
    assert np.abs(seen(content) - COLOURS).max() <= 0.5


@pytest.mark.parametrize("compression", [1, 32773])
def test_a_predictor_means_nothing_without_a_compression_that_has_one(compression):
    values = colour(np.uint16, 65535)
    strips = [values.tobytes() if compression == 1 else compressed("packbits", values)]
    assert np.abs(seen(tiff(page(values, 2, t259=(3, compression), t317=(3, 2), strips=strips))) - COLOURS).max() <= 0.5


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_differences_of_floats(dtype):
    values = colour(dtype, 1)
    size = values.dtype.itemsize
    # Technical Note 3: the bytes of a row by their significance, and then the difference to the sample before.
    planes = values.astype(values.dtype.newbyteorder(">")).view(np.uint8).reshape(HEIGHT, WIDTH * 3, size)
    row = planes.transpose(0, 2, 1).reshape(HEIGHT, -1, 3)
    row = np.diff(row, axis=1, prepend=np.zeros((HEIGHT, 1, 3), np.uint8)).astype(np.uint8)
    content = tiff(page(values, 2, t259=(3, 8), t317=(3, 3), strips=[zlib.compress(row.tobytes())]))
    assert np.abs(seen(content) - COLOURS).max() <= 1


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
def test_compressed_grey_of_both_byte_orders(order, dtype):
    values = scene(dtype, 1 if dtype is np.float32 else 65535)
    strip = zlib.compress(values.astype(values.dtype.newbyteorder(order)).tobytes())
    assert np.abs(seen(tiff(page(values, 1, t259=(3, 8), strips=[strip]), order)) - SCENE).max() <= 0.5


@pytest.mark.parametrize("planar", [1, 2])
def test_tiles_and_big_files(planar):
    values = np.zeros((16, 32, 3), np.uint16)
    values[:HEIGHT, :WIDTH] = colour(np.uint16, 65535)
    tiles = [values[:, left : left + 16] for left in (0, 16)]
    if planar == 2:
        tiles = [tile[:, :, plane] for plane in range(3) for tile in tiles]
    strips = [np.ascontiguousarray(tile).tobytes() for tile in tiles]
    made = page(values[:HEIGHT, :WIDTH], 2, planar, strips=strips, t322=(3, 16), t323=(3, 16))
    for big in (False, True):
        assert np.abs(seen(tiff(made, big=big)) - COLOURS).max() <= 0.5


@pytest.mark.parametrize("orientation", [3, 6])
def test_orientation_of_samples_that_are_read_here(orientation):
    turned = np.rot90(colour(np.uint16, 65535), 2 if orientation == 3 else 1)
    assert np.abs(seen(tiff(page(turned, 2, t274=(3, orientation)))) - COLOURS).max() <= 0.5


@pytest.mark.parametrize("kind", [1, 2])
def test_alpha_of_sixteen_bits_is_laid_over_the_background(kind):
    alpha = np.full((HEIGHT, WIDTH, 1), 13107, np.uint16)  # a fifth
    values = np.full((HEIGHT, WIDTH, 3), 51400, np.uint16)  # 200
    values = values // 5 if kind == 1 else values
    content = tiff(page(np.dstack([values, alpha]), 2, t338=(3, kind)))
    assert np.abs(np.asarray(decode(content, ANY).image).astype(int) - 244).max() <= 1  # 0.2 * 200 + 0.8 * 255
    nothing = tiff(page(np.dstack([values, np.zeros_like(alpha)]), 2, t338=(3, kind)))
    assert reason(nothing).startswith("wholly transparent")


def test_alpha_of_a_camera_s_range():
    values = np.full((HEIGHT, WIDTH, 4), 4095, np.uint16)
    values[..., :3] = 803  # 50
    content = tiff(page(values, 2, t338=(3, 2)))
    assert np.asarray(decode(content, decoding(depth16=12)).image)[0, 0].tolist() == [50, 50, 50]
    assert decode(content, ANY).highest == 803
    values[..., 3] = 65535  # as other tools write it
    content = tiff(page(values, 2, t338=(3, 2)))
    assert np.asarray(decode(content, decoding(depth16=12)).image)[0, 0].tolist() == [50, 50, 50]


def test_inks_of_sixteen_bits():
    inks = np.zeros((2, 2, 4), np.uint16)
    inks[..., 1:3] = 65535
    assert np.asarray(decode(tiff(page(inks, 5)), ANY).image)[0, 0].tolist() == [255, 0, 0]


PREVIEW = page(np.full((4, 6, 3), 200, np.uint8), 2, t254=(4, 1))
UNSAID = page(np.full((4, 6, 3), 200, np.uint8), 2)


def test_a_reduced_first_page_is_not_the_picture():
    for preview in (PREVIEW, UNSAID):
        content = tiff([preview, page(colour(), 2), page(colour()[::4, ::4], 2)])
        assert np.abs(seen(content) - COLOURS).max() <= 0.5
        assert decode(content, ANY).notes == ("begin with a preview, behind which the largest page is read",)
    levels = [page(colour(), 2), page(colour()[::2, ::2], 2), page(colour(), 4, t254=(4, 4))]
    assert decode(tiff(levels), ANY).notes == ()


@pytest.mark.parametrize(
    "pages",
    [
        [page(np.full((4, 6, 3), 200, np.uint8), 2, t254=(4, 1), below=[page(scene(np.uint16, 16383), 1)])],
        [page(np.full((4, 6, 3), 200, np.uint8), 2, below=[page(scene(np.uint16, 16383), 1)])],
        [page(scene(np.uint16, 16383), 32803)],
        [PREVIEW, page(scene(np.uint16, 16383), 34892)],
        [page(colour(), 2, t50706=(1, [1, 4, 0, 0]))],
    ],
)
def test_a_camera_s_raw_file_is_named(pages):
    assert "a camera's raw file" in reason(tiff(pages))
    assert reason(tiff(pages)).endswith("; develop it and export TIFF or PNG")


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_stack_is_refused_unless_a_page_is_asked_for(dtype):
    top = np.iinfo(dtype).max
    content = tiff([page(np.zeros((HEIGHT, WIDTH), dtype), 1), page(scene(dtype, top), 1)])
    assert reason(content).startswith("a stack of 2 pages; set preparation.pages to first or to the number")
    assert (seen(content, decoding(pages="first")) == 0).all()
    assert np.abs(seen(content, decoding(pages=2)) - SCENE).max() <= 0.5
    assert decode(content, decoding(pages=2)).notes == ("are stacks, of which page 2 is read",)
    assert reason(content, decoding(pages=3)) == "a stack of 2 pages, and preparation.pages is 3"
    single = tiff(page(scene(dtype, top), 1))
    assert np.abs(seen(single, decoding(pages=3)) - SCENE).max() <= 0.5  # the setting concerns stacks


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_channels_without_colours_are_a_stack(dtype):
    top = np.iinfo(dtype).max
    values = np.stack([np.zeros((HEIGHT, WIDTH), dtype), scene(dtype, top)], -1)
    for planar in (1, 2):
        content = tiff(page(values, 1, planar, t338=(3, 0)))
        assert reason(content).startswith("a stack of 2 channels; set preparation.pages")
        assert np.abs(seen(content, decoding(pages=2)) - SCENE).max() <= 0.5


@pytest.mark.parametrize(
    "tags",
    [{"t33629": (4, list(range(12)))}, {"t270": (2, b"ImageJ=1.54f\nimages=12\nslices=12\n\0")}, {"t32997": (4, 12)}],
)
def test_pages_behind_one_directory_are_seen(tags):
    content = tiff(page(scene(np.uint16, 65535), 1, **tags))
    assert reason(content).startswith("a stack of 12 pages")
    assert reason(content, decoding(pages=2)).endswith("export the page that shows the specimen")
    assert np.abs(seen(content, decoding(pages="first")) - SCENE).max() <= 0.5


@pytest.mark.parametrize(
    "made, words",
    [
        (page(colour(np.uint16, 65535), 8), "CIELab colours of 16 bits, which is not read; export it as RGB or grey"),
        (page(scene(np.uint16, 65535), 32844), "LogL colours"),
        (page(colour(np.uint16, 65535, 4), 5, t332=(3, 2)), "inks other than CMYK"),
        (page(scene(np.uint16, 65535), 1, t259=(3, 34712), t262=(3, 0)), "JPEG 2000 compression, which is not read"),
        (page(colour(), 2, t258=(3, [8, 16, 8])), "numbers of 8 and 16 bits"),
        (page(colour(), 2, t259=(3, 50001)), "a TIFF file with WebP compression, which is not read; export it without"),
        (page(scene(), 1, t258=(3, 1), t259=(3, 32771)), "a TIFF file with word-aligned CCITT compression"),
        (page(colour(), 2, t259=(3, 7)), "a TIFF file whose JPEG compression is damaged or of a kind that is not read"),
        (page(colour(), 6, t530=(3, [2, 2])), "YCbCr colours of 8 bits, which is not read; export it as RGB or grey"),
        (page(colour(), 9), "ICCLab colours of 8 bits"),
        (page(scene(np.uint32, 9), 1, t258=(3, 24)), "numbers of 24 bits"),
    ],
)
def test_kinds_that_are_not_read_are_named(made, words):
    assert words in reason(tiff(made))


def looped() -> bytes:
    """Two pages, of which the second leads back to the first."""
    content = bytearray(tiff([page(scene(), 1), PREVIEW]))
    first = content[4:8]
    return bytes(content[:-4] + first)


def test_directories_in_a_circle_come_to_an_end():
    assert np.abs(seen(looped()) - SCENE).max() <= 1


@pytest.mark.parametrize(
    "content, words",
    [
        (tiff([page(scene(), 1)] * 100_000), "a stack of more than 4096 pages"),
        (
            tiff(page(scene(np.uint16, 9), 0, t256=(4, 6000), t257=(4, 6000), t322=(4, 1), t323=(4, 1))),
            "strips or tiles",
        ),
        (tiff(page(scene(np.uint16, 9), 0, t322=(4, 1 << 20), t323=(4, 1 << 20))), "too large"),
        (
            tiff(
                page(scene(np.float64, 1), 0, t256=(4, 7000), t257=(4, 7000), t277=(3, 5), t262=(3, 2), t278=(4, 7000))
            ),
            "too large",
        ),
        (tiff(page(scene(np.uint16, 9), 0, t257=(4, 13))), "truncated image"),
    ],
)
def test_hostile_directories_cost_little(content, words):
    assert words in reason(content)
    assert cpu_seconds(lambda: reason(content)) < 1
