"""Settings of images: their classes, their specimens, and how they become pixels."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from augury.settings.augmentation import Augmentation
from augury.settings.base import Bool, Int, Mapping, PositiveInt, Rate, Settings, Text


class Labels(Settings):
    """Classes from a table."""

    table: Text
    """A table with a line for each file, as EcoTaxa, iNaturalist or a spreadsheet writes it."""
    path: Text = "path"
    """Its column of paths, from `images` on or the end of the path that tells files apart."""
    class_: Text = Field("class", alias="class")
    """Its column of classes."""
    rename: Mapping[Text] = {}
    """Names of classes for labels, such as {"Calanoida<Copepoda": Calanoida}; two labels with one name are one
    class."""


class Specimens(Settings):
    """Which images show the same specimen."""

    regex: str | None = None
    """Searched in each path below the images' folder; its group `specimen`, or its first group, names the specimen."""
    table: str | None = None
    """Table (TSV or CSV) with the columns `path` or `sha256`, and `specimen`."""
    near_duplicates: Bool = True
    """Whether near-duplicate images of a class count as one specimen, unless names say that they show two."""


class Decoding(Settings):
    """How image files are read."""

    background: Literal["white", "black"] = "white"
    """What shows through transparent pixels."""
    depth16: Literal["full", "image"] | Annotated[Int, Field(ge=8, le=16)] = "full"
    """What 16-bit images, grey and colour, become 8-bit by: full, their full range (65535 is white); a number of
    bits, the range of a camera that gives fewer (12: 4095 is white), for every image; image, each its own darkest
    to lightest value, so that images can no longer be compared in brightness."""
    pages: Literal["refuse", "first"] | PositiveInt = "refuse"
    """Which page is read of a TIFF stack (focus, time, channels): refuse leaves such files out and says so, first
    and a number from 1 take that page."""
    min_size_px: PositiveInt = 16
    """Images whose shorter side has fewer pixels are left out."""
    max_pixels: PositiveInt = 50_000_000
    """Images with more pixels are left out before they are decoded."""


class Preparation(Decoding):
    """How an image file becomes a square of pixels."""

    fit: Literal["pad", "crop", "stretch"] = "pad"
    """pad keeps all of the image, crop its central square, stretch distorts it."""
    pad: Literal["border", "white", "black"] = "border"
    """What fills the padding; border is the median colour of the image's own border."""
    centre: Rate = 1.0
    """Part of each side that is kept, about the middle of the image, before it is fitted; 0.67 where a specimen
    stands in the middle of much else."""


class Indexing(Decoding):
    """What the index of a class depends on."""

    specimens: Specimens = Specimens()
    """Which images show the same specimen."""


class PresplitAugmentation(Settings):
    """Augmentation before the split."""

    renamed: ClassVar[dict[str, str]] = {"times_of": "times_per_class"}

    times: PositiveInt = 1
    """Images that each image becomes, the original included; 1 makes no copies."""
    times_per_class: Mapping[PositiveInt] = {}
    """Other numbers for single classes, by name; names that the study does not have are ignored."""
    size_px: Int = Field(256, ge=8, le=1024)
    """Side in pixels of the square images that are written, originals included."""
    augmentation: Augmentation = Augmentation()
    """Classical augmentation of the copies."""
