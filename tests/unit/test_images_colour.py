"""Embedded colour profiles: the same colour in sRGB, by matrices that are worked out beside the colour library."""

import io
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from augury.images.decoding import colour
from augury.images.decoding.decode import decode
from tests import profiles
from tests.settings import decoding
from tests.tiffs import page, tiff

ANY = decoding()
WIDE = profiles.colour(profiles.ADOBE, 2.2)
GREEN = (60, 160, 70)
GREEN_IN_WIDE = (102, 159, 78)
RAMP = np.arange(256, dtype=np.uint8).reshape(16, 16)


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def pixels(content: bytes) -> np.ndarray:
    return np.asarray(decode(content, ANY).image, np.float64)


def colours() -> np.ndarray:
    return np.random.default_rng(2).integers(20, 236, (16, 16, 3)).astype(np.uint8)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "JPEG", "WEBP"])
def test_two_cameras_give_one_green(kind):
    options = {"lossless": True} if kind == "WEBP" else {"quality": 100, "subsampling": 0} if kind == "JPEG" else {}
    wide = encoded(Image.new("RGB", (16, 16), GREEN_IN_WIDE), kind, icc_profile=WIDE, **options)
    plain = encoded(Image.new("RGB", (16, 16), GREEN), kind, **options)
    near = 3 if kind == "JPEG" else 1
    assert np.abs(pixels(wide)[3, 3] - GREEN).max() <= near
    assert np.abs(pixels(plain)[3, 3] - GREEN).max() <= near
    assert decode(wide, ANY).notes == ("have a colour profile and are converted to sRGB",)
    assert decode(plain, ANY).notes == ()


@pytest.mark.parametrize(("index", "expected"), [("R03", GREEN), ("R98", GREEN_IN_WIDE)])
def test_a_camera_that_names_adobe_rgb_in_its_metadata(index, expected):
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA001] = 65535  # colour space: uncalibrated
    exif.get_ifd(0x8769)[0xA005] = {1: index}
    values = Image.new("RGB", (16, 16), GREEN_IN_WIDE)
    content = encoded(values, "JPEG", exif=exif, quality=100, subsampling=0)
    assert np.abs(pixels(content)[3, 3] - expected).max() <= 3
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = encoded(values, "JPEG", exif=exif, quality=100, subsampling=0, icc_profile=srgb)  # which comes first
    assert np.abs(pixels(content)[3, 3] - GREEN_IN_WIDE).max() <= 3


def test_colours_are_those_of_the_matrices():
    values = colours()
    expected = profiles.to_srgb(values, profiles.ADOBE, 2.2)
    assert np.abs(pixels(encoded(Image.fromarray(values), icc_profile=WIDE)) - expected).max() <= 2
    deep = tiff(page(values.astype(np.uint16) * 257, 2, t34675=(7, WIDE)))
    assert np.abs(pixels(deep) - expected).max() <= 2


def test_a_profile_of_srgb_changes_nothing():
    values = colours()
    for profile in (ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), _srgb_by_a_table()):
        decoded = decode(encoded(Image.fromarray(values), icc_profile=profile), ANY)
        assert np.array_equal(np.asarray(decoded.image), values)
        assert decoded.notes == ()


def _srgb_by_a_table() -> bytes:
    """The primaries of sRGB and its curve as a table, as cameras and phones write it."""
    import struct

    light = np.linspace(0, 1, 1024)
    curve = np.where(light <= 0.04045, light / 12.92, ((light + 0.055) / 1.055) ** 2.4)
    table = b"curv\0\0\0\0" + struct.pack(">I1024H", 1024, *np.rint(curve * 65535).astype(int))
    names = zip((b"rXYZ", b"gXYZ", b"bXYZ"), profiles.SRGB.T, strict=True)
    tags = {name: profiles._xyz(values) for name, values in names}
    return profiles._profile(b"RGB ", tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), table))


def test_what_is_transparent_stays_so():
    values = np.dstack([np.full((16, 16, 3), GREEN_IN_WIDE), np.full((16, 16), 51)]).astype(np.uint8)
    made = pixels(encoded(Image.fromarray(values), icc_profile=WIDE))[0, 0]
    assert np.abs(made - (0.2 * np.array(GREEN) + 0.8 * 255)).max() <= 1


def test_a_palette_is_converted():
    image = Image.fromarray(np.zeros((16, 16), np.uint8), "P")
    image.putpalette([*GREEN_IN_WIDE, 0, 0, 0])
    assert np.abs(pixels(encoded(image, icc_profile=WIDE))[0, 0] - GREEN).max() <= 1


@pytest.mark.parametrize("gamma", [1.0, 1.8])
@pytest.mark.parametrize("profile", [profiles.grey, lambda gamma: profiles.colour(profiles.ADOBE, gamma)])
def test_grey_follows_the_curve(gamma, profile):
    expected = profiles.to_srgb(np.repeat(RAMP[..., None], 3, -1), profiles.SRGB, gamma).mean(-1)
    content = encoded(Image.fromarray(RAMP), icc_profile=profile(gamma))
    made = decode(content, ANY)
    assert made.image.mode == "L"
    assert np.abs(np.asarray(made.image) - expected).max() <= 2
    deep = encoded(Image.fromarray(RAMP.astype(np.uint16) * 257), icc_profile=profile(gamma))
    assert decode(deep, ANY).image.mode == "F"
    assert np.abs(pixels(deep) - expected).max() <= 2
    veiled = encoded(
        Image.merge("LA", (Image.fromarray(RAMP), Image.new("L", (16, 16), 255))), icc_profile=profile(gamma)
    )
    assert np.abs(pixels(veiled).mean(-1) - expected).max() <= 2


@pytest.mark.parametrize("kind", ["TIFF", "JPEG"])
def test_inks_by_their_profile_or_by_the_simple_rule(kind):
    image = Image.new("CMYK", (16, 16), (255, 0, 0, 0))
    by_profile = encoded(image, kind, icc_profile=profiles.inks())
    assert pixels(by_profile)[3, 3].max() <= 3  # the table says that full cyan is black
    assert decode(by_profile, ANY).notes == ("have a colour profile and are converted to sRGB",)
    assert np.abs(pixels(encoded(image, kind))[3, 3] - [0, 255, 255]).max() <= 2


@pytest.mark.parametrize(
    "profile",
    [b"garbage", b"garbage" * 100, WIDE[:200], WIDE[:128] + b"\xff" * 400, profiles.inks(), bytes(1 << 16)],
    ids=["short", "garbage", "cut", "no tags", "of inks", "zeros"],
)
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "JPEG"])
def test_a_profile_that_cannot_be_used_is_passed_over_and_told(kind, profile):
    values = np.full((16, 16, 3), GREEN, np.uint8)
    decoded = decode(encoded(Image.fromarray(values), kind, icc_profile=profile), ANY)
    assert np.abs(np.asarray(decoded.image).astype(int) - values).max() <= (3 if kind == "JPEG" else 0)
    assert decoded.notes == (colour.PASSED_OVER,)


def test_a_profile_of_which_parts_are_missing_is_told():
    image = Image.fromarray(colours())
    content = encoded(image, "JPEG", icc_profile=WIDE.ljust(100_000, b"\0"))  # in two segments
    second = content.index(b"ICC_PROFILE\0\2") - 4
    length = int.from_bytes(content[second + 2 : second + 4], "big")
    assert decode(content[:second] + content[second + 2 + length :], ANY).notes == (colour.PASSED_OVER,)
    content = encoded(image)
    data = b"iCCPname\0\0" + zlib.compress(bytes(3_000_000))  # more than the decoder takes
    chunk = (len(data) - 4).to_bytes(4, "big") + data + zlib.crc32(data).to_bytes(4, "big")
    assert decode(content[:33] + chunk + content[33:], ANY).notes == (colour.PASSED_OVER,)


def test_a_damaged_profile_never_costs_the_image():
    rng = np.random.default_rng(1)
    values = colours()
    for _ in range(200):
        profile = bytearray(WIDE if rng.random() < 0.5 else profiles.inks())
        for offset in rng.integers(0, len(profile), 6):
            profile[offset] = rng.integers(256)
        content = tiff(page(values, 2, t34675=(7, bytes(profile))))
        assert decode(content, ANY).width == 16
    assert zlib.crc32(pixels(encoded(Image.fromarray(values)))) == zlib.crc32(values.astype(np.float64))


def test_upright_and_in_srgb():
    exif = Image.Exif()
    exif[0x0112] = 6
    values = np.zeros((16, 24, 3), np.uint8)
    values[:4, :4] = GREEN_IN_WIDE
    made = pixels(
        encoded(
            Image.fromarray(np.rot90(values).copy()), "JPEG", exif=exif, icc_profile=WIDE, quality=100, subsampling=0
        )
    )
    assert made.shape == (16, 24, 3)
    assert np.abs(made[1, 1] - GREEN).max() <= 4
    assert made[10, 10].max() <= 2
