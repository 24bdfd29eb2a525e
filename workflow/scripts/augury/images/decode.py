"""From the bytes of an image file to pixels: upright, without transparency, in grey or in colour.

The format is told by the content, never by the name; of several frames the first is taken. What cannot be used raises
`Unreadable` with a short reason, whatever it was that the decoder stumbled over.

The rules by Pillow's mode:
- 1, L: grey. P, RGB, CMYK, YCbCr, HSV, LAB: colour (embedded colour profiles are not applied).
- LA, La, PA, RGBA, RGBa and a transparent colour or palette: laid over `background`.
- I;16 and its variants, I: grey of 16 bits, kept as floats until after the resize. `depth16: full` divides by 257 (0 to
  65535 onto 0 to 255); `depth16: image` spreads the image's own least to greatest value over 0 to 255.
- F: `full` takes the least of the ranges 0 to 1, 0 to 255 and 0 to 65535 that holds all values; `image` as above.
- Colour with 16 bits a channel is reduced to 8 by the decoder.
"""

import io
import logging
import math
import os
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageColor, TiffImagePlugin, WebPImagePlugin  # noqa: F401  (importing a plugin registers it)

from augury.command.errors import UserError
from augury.images import png
from augury.images.files import is_regular
from augury.images.formats import HEAD_BYTES, Unreadable, is_promising, what_it_is, without_stray

FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "GIF", "WEBP")
# What holds where the settings say nothing: a bomb of as many pixels, in the mode that costs most, takes less than two
# seconds and 1 GiB (measured: 1.6 GiB and 3.6 s for twice as many).
MAX_PIXELS = 50_000_000
BACKGROUND = "white"
DEPTH16 = "full"
BYTES_PER_PIXEL = 16  # a file with more bytes than this for each of max_pixels, and a header, is not read at all
HEADER_BYTES = 1 << 26
FAINTEST = 8  # alpha of the least transparent pixel
MOST_SCANS = 20  # of a progressive JPEG of max_pixels, and as many more as it is smaller; ten are usual
ORIENTATION = 0x0112  # the EXIF tag
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# The limit is `max_pixels`, compared with the header before anything is decoded.
Image.MAX_IMAGE_PIXELS = None
warnings.filterwarnings("ignore", module=r"PIL(\.|$)")
logging.getLogger("PIL").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Decoding:
    """How files are read."""

    max_pixels: int = MAX_PIXELS  # width x height
    min_size_px: int = 1  # least shorter side
    background: str = BACKGROUND  # colour under transparent pixels: a name or #rrggbb
    depth16: str = DEPTH16  # full or image: what 16 bits are reduced by

    def __post_init__(self) -> None:
        if self.depth16 not in ("full", "image"):
            raise UserError(f"depth16 is '{self.depth16}'; it must be full or image")
        self.background_rgb()

    def background_rgb(self) -> tuple[int, int, int]:
        """The background as 0 to 255 a channel."""
        try:
            return ImageColor.getrgb(self.background)[:3]
        except (ValueError, AttributeError):
            raise UserError(f"background is '{self.background}'; write a colour such as white or #f0f0f0") from None


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded image."""

    image: Image.Image  # mode L, RGB, or F with values 0 to 255 that came from more than 8 bits
    mode: str  # as stored

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
        raise Unreadable("not a regular file")
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
        raise Unreadable("empty file")
    if not content:
        raise Unreadable(what_it_is(head))
    if len(content) > limit:
        raise Unreadable(f"too large: over {limit} bytes")
    return content


def decode(content: bytes, decoding: Decoding) -> Picture:
    """Decode a file's content (JPEG, PNG, TIFF, BMP, GIF or WebP). Raises Unreadable."""
    content = without_stray(content)
    try:
        return _of_png(content, decoding) if content.startswith(png.SIGNATURE) else _by_pillow(content, decoding)
    except Unreadable:
        raise
    except Image.UnidentifiedImageError:
        raise Unreadable(what_it_is(content)) from None
    except MemoryError:
        raise Unreadable("too large for the memory") from None
    except Exception as error:  # a damaged file can make a decoder raise nearly anything
        truncated = "truncated" in str(error).lower() or isinstance(error, EOFError)
        raise Unreadable("truncated image" if truncated else f"damaged image: {_first_words(error)}") from None


def _by_pillow(content: bytes, decoding: Decoding) -> Picture:
    with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
        _check_size(opened.size, decoding)
        _check_scans(opened, content, decoding)
        mode = opened.mode
        opened.load()
        return Picture(_without_depth(_upright(opened), decoding), mode)


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
        return _by_pillow(sound, decoding)


def _check_size(size: tuple[int, int], decoding: Decoding) -> None:
    width, height = size
    if width * height > decoding.max_pixels:
        raise Unreadable(f"too large: {width} x {height} pixels, more than max_pixels {decoding.max_pixels}")
    if min(size) < max(decoding.min_size_px, 1):
        raise Unreadable(f"too small: {width} x {height} pixels, min_size_px is {decoding.min_size_px}")


def _check_scans(image: Image.Image, content: bytes, decoding: Decoding) -> None:
    # Each scan of a progressive JPEG is a pass over all of its pixels, and a scan can be a few bytes long.
    scans = content.count(b"\xff\xda") if image.format in ("JPEG", "MPO") else 1
    if scans * image.width * image.height > MOST_SCANS * decoding.max_pixels:
        raise Unreadable(f"too large: {image.width} x {image.height} pixels in {scans} scans")


def _upright(image: Image.Image) -> Image.Image:
    try:
        orientation = image.getexif().get(ORIENTATION)
        turn = UPRIGHT.get(orientation)
    except Exception:  # damaged metadata are no reason to lose the pixels
        turn = None
    return image if turn is None else image.transpose(turn)


def _without_depth(image: Image.Image, decoding: Decoding) -> Image.Image:
    """The image in mode L, RGB or F, opaque."""
    if image.mode.startswith("I") or image.mode == "F":
        return _from_deep(np.array(image, np.float32), image.mode, decoding)
    if image.has_transparency_data:
        image = image if image.mode == "RGBA" else image.convert("RGBA")
        if image.getchannel("A").getextrema()[1] < FAINTEST:
            raise Unreadable("wholly transparent, nothing of it is seen; export it without its alpha channel")
        over = Image.new("RGBA", image.size, (*decoding.background_rgb(), 255))
        over.alpha_composite(image)
        return over.convert("RGB")
    mode = "L" if image.mode in ("1", "L") else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _from_deep(values: np.ndarray, mode: str, decoding: Decoding) -> Image.Image:
    """values: (H, W) float32 in the file's own units, which are overwritten. Returns mode F, 0 to 255."""
    low, high = float(values.min()), float(values.max())
    if not (math.isfinite(low) and math.isfinite(high)):
        raise Unreadable("pixel values that are not finite numbers")
    if decoding.depth16 == "image":
        values -= low
        values *= 255.0 / (high - low) if high > low else 0.0
    else:
        ranges = (1.0, 255.0, 65535.0) if mode == "F" else (65535.0,)
        top = next((top for top in ranges if low >= 0 and high <= top), None)
        if top is None:
            raise Unreadable(f"pixel values from {low:g} to {high:g} lie outside 0 to 65535; depth16: image takes them")
        values *= 255.0 / top
    return Image.fromarray(values)


def _first_words(error: Exception) -> str:
    words = " ".join(str(error).split()) or type(error).__name__
    return words[:100]
