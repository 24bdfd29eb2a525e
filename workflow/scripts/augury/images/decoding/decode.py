"""From the bytes of an image file to pixels: upright, in sRGB, without transparency, in grey or in colour.

The format is recognised by the content, never by the name. What cannot be used raises `Unreadable` with a short reason,
whatever it was that the decoder stumbled over.

The rules by Pillow's mode:
- 1, L: grey. P, RGB, CMYK, YCbCr, HSV, LAB: colour. An embedded colour profile is applied (colour.py).
- LA, La, PA, RGBA, RGBa and a transparent colour or palette: laid over `background`.
- More than 8 bits (deep.py): grey is kept as floats until after the resize, colour is rounded to 8 bits.
- Of an animation the first frame is taken; of a TIFF file the largest page, and of a stack the one that is asked for.
"""

import contextlib
import io
import logging
import os
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, TiffImagePlugin, WebPImagePlugin  # noqa: F401  (importing a plugin registers it)

from augury.images.decoding import deep, png, tiff
from augury.images.decoding.colour import PASSED_OVER, profile_of
from augury.images.decoding.deep import Samples
from augury.images.decoding.formats import (
    COPY,
    HEAD_BYTES,
    TRUNCATED,
    Unreadable,
    is_promising,
    unread_jpeg,
    what_it_is,
    without_stray,
)
from augury.images.decoding.rendering import orientation_of, render, upright
from augury.images.decoding.settings import page_of
from augury.images.decoding.strips import UNREAD
from augury.images.decoding.tiff_colours import is_plain, samples_of
from augury.images.files import irregular, is_regular
from augury.study.images import Decoding

FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "GIF", "WEBP")
BYTES_PER_PIXEL = 16  # a file with more bytes than this for each of max_pixels, and a header, is not read at all
HEADER_BYTES = 1 << 26
MOST_SCANS = 20  # of a progressive JPEG of max_pixels, and as many more as it is smaller; ten are usual
SCAN, END_OF_JPEG, FILLING_BYTES = b"\xff\xda", b"\xff\xd9", 64  # markers of JPEG
ANIMATED = "are animations, of which the first frame is read"

# The limit is `max_pixels`, compared with the header before anything is decoded.
Image.MAX_IMAGE_PIXELS = None
warnings.filterwarnings("ignore", module=r"PIL(\.|$)")
logging.getLogger("PIL").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded image."""

    image: Image.Image  # mode L, RGB, or F with values 0 to 255 that came from more than 8 bits
    mode: str  # as stored
    notes: tuple[str, ...] = ()  # what was done to read it that a person should know, as the end of a sentence
    highest: int | None = None  # the greatest value in a file of 16 bits

    @property
    def width(self) -> int:
        """Pixels, upright."""
        return self.image.width

    @property
    def height(self) -> int:
        """Pixels, upright."""
        return self.image.height


def read_content(path: Path, decoding: Decoding) -> bytes:
    """The file's bytes. Raises Unreadable when it is no ordinary file, empty, no image, far too large or locked."""
    if not is_regular(path):
        raise Unreadable(irregular(path))
    limit = decoding.max_pixels * BYTES_PER_PIXEL + HEADER_BYTES
    try:
        with open(path, "rb") as file:
            head = file.read(HEAD_BYTES)
            # As much memory is taken as is asked for, so no more is asked for than the file has.
            rest = min(limit, os.fstat(file.fileno()).st_size) + 1
            # What is no image is not read to its end: that may be far away.
            content = head + file.read(rest) if is_promising(head) else b""
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or error}") from None
    if not head:
        raise Unreadable(f"empty file; {COPY}")
    if not content:
        raise Unreadable(what_it_is(head))
    if len(content) > limit:
        raise Unreadable(f"too large: over {limit} bytes; scale it down")
    return content


def decode(content: bytes, decoding: Decoding) -> Picture:
    """Decode a file's content (JPEG, PNG, TIFF, BMP, GIF or WebP). Raises Unreadable."""
    content = without_stray(content)
    read = next((read for signatures, read in _READERS if content.startswith(signatures)), _by_pillow)
    try:
        return read(content, decoding)
    except Unreadable:
        raise
    except Image.UnidentifiedImageError:
        raise Unreadable(unread_jpeg(content) or what_it_is(content)) from None
    except MemoryError:
        raise Unreadable("too large for the memory; scale it down") from None
    except Exception as error:  # a damaged file can make a decoder raise nearly anything
        truncated = "truncated" in str(error).lower() or isinstance(error, EOFError)
        reason = TRUNCATED if truncated else f"damaged image: {_first_words(error)}; {COPY}"
        raise Unreadable(unread_jpeg(content) or reason) from None


def _by_pillow(content: bytes, decoding: Decoding, notes: tuple[str, ...] = ()) -> Picture:
    with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
        _check_size(opened.size, decoding)
        _check_scans(opened, content, decoding)
        mode, profile = opened.mode, profile_of(opened)
        notes = (*notes, ANIMATED) if _is_animated(opened) else notes
        if opened.format == "PNG" and png.is_deep(opened):
            return _of_samples(*png.deep_samples(content), mode, profile, notes, decoding)
        opened.load()
        turn = orientation_of(opened)
        if mode.startswith("I") or mode == "F":
            samples = Samples(np.asarray(opened)[:, :, None], "L", 32 if mode in ("I", "F") else 16)
            return _of_samples(samples, turn, mode, profile, notes, decoding)
        image, note = render(upright(opened, turn), profile, decoding)
        return Picture(image, mode, (*notes, note) if note else notes)


def _of_samples(
    samples: Samples, turn: int | None, mode: str, profile: bytes | None, notes: tuple[str, ...], decoding: Decoding
) -> Picture:
    image, highest = deep.to_image(samples, decoding)
    samples.release()
    image, note = render(upright(image, turn), profile, decoding)
    return Picture(image, mode, (*notes, note) if note else notes, highest)


def _of_tiff(content: bytes, decoding: Decoding) -> Picture:
    choice = tiff.choose(content, page_of(decoding))
    if choice is None or choice.page.pixels == 0:
        return _by_pillow(content, decoding)
    page, notes = choice
    _check_size(page.size, decoding)
    if is_plain(page):
        try:
            return _by_pillow(tiff.beginning_with(content, page), decoding, notes)
        except Exception as error:
            kind = UNREAD.get(page.number(tiff.COMPRESSION))
            if kind is None or isinstance(error, Unreadable):
                raise
            reason = f"a TIFF file whose {kind} compression is damaged or of a kind that is not read"
            raise Unreadable(f"{reason}; export it without compression") from None
    samples, notes = samples_of(choice, page_of(decoding), decoding.max_pixels)
    mode = {"u2": "I;16", "u1": "L", "i1": "L", "f2": "F", "f4": "F", "f8": "F"}.get(samples.values.dtype.str[1:], "I")
    mode = mode if samples.model == "L" and not samples.has_alpha else samples.model + "A" * samples.has_alpha
    turn, profile = page.number(tiff.ORIENTATION), page.bytes(tiff.ICC_PROFILE)
    return _of_samples(samples, turn, mode, profile, notes, decoding)


def _of_png(content: bytes, decoding: Decoding) -> Picture:
    png.check_chunks(content)
    try:
        return _by_pillow(content, decoding)
    except Unreadable:
        raise
    except Exception:  # metadata are no reason to lose the pixels
        sound = png.without_bad_metadata(content)
        if len(sound) == len(content):
            raise
        notes = (PASSED_OVER,) if png.has_profile(content) and not png.has_profile(sound) else ()
        return _by_pillow(sound, decoding, notes)


def _of_jpeg(content: bytes, decoding: Decoding) -> Picture:
    try:
        return _by_pillow(content, decoding)
    except OSError:
        whole = _without_its_end(content, decoding)
        if whole is None:
            raise
        return whole


def _without_its_end(content: bytes, decoding: Decoding) -> Picture | None:
    """The picture of a JPEG file of which the last marker alone is missing, as some cameras leave it.

    Then whatever follows changes no pixel.
    """
    with contextlib.suppress(Exception):
        scans = max(content.count(SCAN), 1)
        few = decoding.model_copy(update={"max_pixels": decoding.max_pixels // scans})  # for it is decoded twice more
        fillings = (byte * FILLING_BYTES + END_OF_JPEG for byte in (b"\0", b"\x5a"))
        one, other = (_by_pillow(content.removesuffix(b"\xff") + filling, few) for filling in fillings)
        return one if one.image == other.image else None
    return None


def _is_animated(opened: Image.Image) -> bool:
    try:
        return opened.format in ("GIF", "WEBP", "PNG") and bool(getattr(opened, "is_animated", False))
    except Exception:  # a damaged second frame is no reason to lose the first
        return False


def _check_size(size: tuple[int, int], decoding: Decoding) -> None:
    width, height = size
    if width * height > decoding.max_pixels:
        too_many = f"too large: {width} x {height} pixels, more than max_pixels {decoding.max_pixels}"
        raise Unreadable(f"{too_many}; scale it down, or raise preparation.max_pixels")
    if min(size) < max(decoding.min_size_px, 1):
        too_few = f"too small: {width} x {height} pixels, min_size_px is {decoding.min_size_px}"
        raise Unreadable(f"{too_few}; lower preparation.min_size_px if it shows enough")


def _check_scans(image: Image.Image, content: bytes, decoding: Decoding) -> None:
    # Each scan of a progressive JPEG is a pass over all of its pixels, and a scan can be a few bytes long.
    scans = content.count(SCAN) if image.format in ("JPEG", "MPO") else 1
    if scans * image.width * image.height > MOST_SCANS * decoding.max_pixels:
        raise Unreadable(f"too large: {image.width} x {image.height} pixels in {scans} scans; save it again")


_READERS = ((b"\xff\xd8", _of_jpeg), (png.SIGNATURE, _of_png), (tiff.MARKS, _of_tiff))


def _first_words(error: Exception) -> str:
    words = " ".join(str(error).split()) or type(error).__name__
    return words[:100]
