"""What follows from the settings by which image files are read."""

from PIL import ImageColor

from augury.study.images import Decoding


def page_of(decoding: Decoding) -> int | None:
    """The number of the page that is read of a stack, from 1, or None where stacks are refused."""
    return decoding.pages if isinstance(decoding.pages, int) else 1 if decoding.pages == "first" else None


def background_rgb(decoding: Decoding) -> tuple[int, ...]:
    """The colour under transparent pixels, as 0 to 255 a channel."""
    return ImageColor.getrgb(decoding.background)[:3]
