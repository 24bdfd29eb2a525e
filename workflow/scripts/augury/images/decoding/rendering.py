"""From decoded pixels to what a viewer shows: upright, in sRGB, without transparency, in grey or in colour."""

from PIL import Image

from augury.images.decoding.colour import to_srgb
from augury.images.decoding.formats import Unreadable
from augury.images.decoding.settings import background_rgb
from augury.study.images import Decoding

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
FAINTEST = 8  # alpha of the least transparent pixel


def orientation_of(image: Image.Image) -> int | None:
    """The value of the image's EXIF tag."""
    try:
        return image.getexif().get(ORIENTATION)
    except Exception:  # damaged metadata are no reason to lose the pixels
        return None


def upright(image: Image.Image, orientation: object) -> Image.Image:
    """The image as it was meant to be held; orientation: of EXIF, 1 to 8, anything else for none."""
    turn = UPRIGHT.get(orientation) if isinstance(orientation, int) else None
    return image if turn is None else image.transpose(turn)


def render(image: Image.Image, profile: bytes | None, decoding: Decoding) -> tuple[Image.Image, str | None]:
    """image: any mode of 8 bits, or F with values 0 to 255. Returns mode L, RGB or F, and what should be reported.

    Raises Unreadable for an image that is wholly transparent.
    """
    if image.has_transparency_data:
        return _opaque(image, profile, decoding)
    if image.mode in ("F", "CMYK"):
        return to_srgb(image, profile)
    mode = "L" if image.mode in ("1", "L") else "RGB"
    return to_srgb(image if image.mode == mode else image.convert(mode), profile)


def _opaque(image: Image.Image, profile: bytes | None, decoding: Decoding) -> tuple[Image.Image, str | None]:
    veiled = image if image.mode == "RGBA" else image.convert("RGBA")
    alpha = veiled.getchannel("A")
    if not any(alpha.histogram()[FAINTEST:]):
        raise Unreadable("wholly transparent, nothing of it is seen; export it without its alpha channel")
    note = None
    if profile:
        is_grey = image.mode in ("L", "LA", "La")
        colours, note = to_srgb(veiled.getchannel("R") if is_grey else veiled.convert("RGB"), profile)
        veiled = colours if colours.mode == "RGB" else colours.convert("RGB")
        veiled.putalpha(alpha)
    over = Image.new("RGBA", veiled.size, (*background_rgb(decoding), 255))
    over.alpha_composite(veiled)
    return over.convert("RGB"), note
