"""Embedded colour profiles: the same colours in sRGB, as viewers show them.

Two cameras in two classes would otherwise tell the classes apart. The rendering intent is perceptual, which for the
profiles of cameras and monitors is the relative colorimetric one. An image without a profile is taken for sRGB, but for
cameras that say in EXIF that they write Adobe RGB, as the rule for their files has it (DCF 2.0: the index R03).
"""

import functools
import io
import struct
from typing import NamedTuple

import numpy as np
from PIL import ExifTags, Image, ImageCms

LONGEST_PROFILE = 1 << 23  # bytes
LIKE_SRGB = 2  # levels by which a profile may differ from sRGB anywhere to count as the same
BROKEN = b"broken"
GRID = 9  # values per channel at which it is compared
CONVERTED = "have a colour profile and are converted to sRGB"
PASSED_OVER = "have a colour profile that is broken or does not fit their pixels, which is passed over"
SPACES = {("L", "GRAY"): "L", ("L", "RGB"): "RGB", ("RGB", "RGB"): "RGB", ("CMYK", "CMYK"): "CMYK"}


class Conversion(NamedTuple):
    """What brings an image to sRGB: a curve for grey, a transform for colour, neither where it is sRGB already."""

    curve: np.ndarray | None = None  # (256,) float32
    transform: ImageCms.ImageCmsTransform | None = None


def profile_of(image: Image.Image) -> bytes | None:
    """The colour profile that an opened image brings, or that its EXIF metadata name."""
    profile = image.info.get("icc_profile", b"")
    if profile is None:  # there is one, of which parts are missing
        return BROKEN
    if profile or b"R03" not in (image.info.get("exif") or b""):
        return profile
    try:
        index = image.getexif().get_ifd(ExifTags.IFD.Interop).get(ExifTags.Interop.InteropIndex)
    except Exception:  # damaged metadata are no reason to lose the pixels
        index = None
    return adobe_rgb() if str(index).strip("\0 ") == "R03" else None


@functools.cache
def adobe_rgb() -> bytes:
    """A profile of Adobe RGB (1998): its primaries under the illuminant D50, and its power of 563/256."""

    def numbers(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    white, power = (0.9642, 1.0, 0.8249), b"curv\0\0\0\0" + struct.pack(">IHH", 1, 563, 0)
    primaries = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
    tags = {b"wtpt": numbers(*white)}
    for letter, primary in zip("rgb", primaries, strict=True):
        tags |= {f"{letter}XYZ".encode(): numbers(*primary), f"{letter}TRC".encode(): power}
    start, table, data = 132 + 12 * len(tags), b"", b""
    for name, value in tags.items():
        table += name + struct.pack(">II", start + len(data), len(value))
        data += value
    head = struct.pack(">I4xI4s4s4s12x4s28x", start + len(data), 0x02100000, b"mntr", b"RGB ", b"XYZ ", b"acsp")
    return (head + numbers(*white)[8:]).ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + data


def to_srgb(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, str | None]:
    """image: mode L, F (0 to 255), RGB or CMYK. Returns it in sRGB, L, F or RGB, and what should be reported of it."""
    if not profile:
        return _as_it_is(image), None
    conversion = _conversion_of(bytes(profile), "L" if image.mode == "F" else image.mode)
    if conversion is None:
        return _as_it_is(image), PASSED_OVER
    if conversion.curve is not None:
        return _along(image, conversion.curve), CONVERTED
    if conversion.transform is not None:
        return conversion.transform.apply(image), CONVERTED
    return image, None


@functools.lru_cache(maxsize=64)
def _conversion_of(profile: bytes, mode: str) -> Conversion | None:
    """None for a profile that cannot be used."""
    if len(profile) > LONGEST_PROFILE:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        form = SPACES.get((mode, source.profile.xcolor_space.strip()))
        if form is None:
            return None
        # A curve is asked for once, so exactly; what is asked for every pixel may go by a table.
        flags = ImageCms.Flags.NOOPTIMIZE if mode == "L" else ImageCms.Flags.NONE
        to, intent = ImageCms.createProfile("sRGB"), ImageCms.Intent.PERCEPTUAL
        transform = ImageCms.buildTransform(source, to, form, "RGB", intent, flags)
        return _needed(transform, mode, form)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _needed(transform: ImageCms.ImageCmsTransform, mode: str, form: str) -> Conversion:
    if mode == "CMYK":
        return Conversion(transform=transform)
    axis: np.ndarray = np.arange(256) if mode == "L" else np.linspace(0, 255, GRID).round()
    levels: np.ndarray = np.stack(np.meshgrid(axis, axis, axis), -1).reshape(1, -1, 3) if mode == "RGB" else axis[None]
    levels = np.repeat(levels[..., None], 3, -1) if mode == "L" and form == "RGB" else levels
    levels = levels.astype(np.uint8)
    made = np.asarray(ImageCms.applyTransform(Image.fromarray(levels), transform)).astype(np.float32)
    made = made.mean(-1) if mode == "L" else made
    if np.abs(made - (axis if mode == "L" else levels)).max() <= LIKE_SRGB:
        return Conversion()
    return Conversion(curve=made[0]) if mode == "L" else Conversion(transform=transform)


def _as_it_is(image: Image.Image) -> Image.Image:
    return image.convert("RGB") if image.mode == "CMYK" else image


def _along(image: Image.Image, curve: np.ndarray) -> Image.Image:
    if image.mode == "L":
        return image.point(np.rint(curve).astype(np.uint8).tolist())
    return Image.fromarray(np.interp(np.asarray(image), np.arange(256), curve).astype(np.float32))
