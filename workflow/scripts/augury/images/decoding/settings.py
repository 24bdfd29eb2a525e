"""The settings by which image files are read."""

from dataclasses import dataclass

from PIL import ImageColor

from augury.command.errors import UserError

# What holds where the settings say nothing: a bomb of as many pixels, in the mode that costs most, takes less than two
# seconds and 1 GiB (measured: 1.6 GiB and 3.6 s for twice as many).
MAX_PIXELS = 50_000_000
BACKGROUND = "white"
DEPTH16 = "full"
PAGES = "refuse"
BITS = range(8, 17)


@dataclass(frozen=True, slots=True)
class Decoding:
    """How files are read."""

    max_pixels: int = MAX_PIXELS  # width x height
    min_size_px: int = 1  # least shorter side
    background: str = BACKGROUND  # colour under transparent pixels: a name or #rrggbb
    depth16: str | int = DEPTH16  # full, image, or bits: the range of values that becomes 0 to 255
    pages: str | int = PAGES  # refuse, first, or a page's number from 1: what is read of a stack

    def __post_init__(self) -> None:
        if self.depth16 not in ("full", "image") and not _is_number(self.depth16, BITS):
            raise UserError(f"depth16 is '{self.depth16}'; it must be full, image, or bits from 8 to 16, such as 12")
        if self.pages not in ("refuse", "first") and not _is_number(self.pages, range(1, 1 << 31)):
            raise UserError(f"pages is '{self.pages}'; it must be refuse, first, or a page's number from 1")
        self.background_rgb()

    @property
    def page(self) -> int | None:
        """The number of the page that is read of a stack, from 1, or None where stacks are refused."""
        return self.pages if isinstance(self.pages, int) else 1 if self.pages == "first" else None

    def background_rgb(self) -> tuple[int, int, int]:
        """The background as 0 to 255 a channel."""
        try:
            return ImageColor.getrgb(self.background)[:3]
        except (ValueError, AttributeError):
            raise UserError(f"background is '{self.background}'; write a colour such as white or #f0f0f0") from None


def _is_number(value: object, allowed: range) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in allowed
