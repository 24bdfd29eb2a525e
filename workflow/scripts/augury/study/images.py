"""Settings of images: their classes, their specimens, and how they become pixels."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from augury.settings.augmentation import Augmentation
from augury.settings.base import Bool, Int, Mapping, PositiveInt, Rate, Settings, Text


class Labels(Settings):
    """Classes from a table."""

    table: Text
    """Table with one line per file, as EcoTaxa, iNaturalist or a spreadsheet exports it."""
    path: Text = "path"
    """Column of paths: relative to `images`, or as much of the end of the path as identifies the file."""
    class_: Text = Field("class", alias="class")
    """Column of class labels."""
    rename: Mapping[Text] = {}
    """Class names for labels, such as {"Calanoida<Copepoda": Calanoida}; labels with the same name are merged into
    one class."""


class Specimens(Settings):
    """Which images show the same specimen."""

    regex: str | None = None
    """Regular expression that is searched in each path below the images' folder; its group `specimen`, or its first
    group, is the specimen's name."""
    table: str | None = None
    """Table (TSV or CSV) with the columns `path` or `sha256`, and `specimen`."""
    near_duplicates: Bool = True
    """Whether near-duplicate images of a class count as one specimen, unless names say that they show two."""


class Decoding(Settings):
    """How image files are read."""

    background: Literal["white", "black"] = "white"
    """Background colour behind transparent pixels."""
    depth16: Literal["full", "image"] | Annotated[Int, Field(ge=8, le=16)] = "full"
    """Scaling of 16-bit images, grey and colour, to 8 bits: full, the full range (65535 is white); a number, the bit
    depth of the camera (12: 4095 is white); image, the darkest to the lightest value of each image, so that images
    can no longer be compared in brightness."""
    pages: Literal["refuse", "first"] | PositiveInt = "refuse"
    """Page of a multi-page TIFF (stack of focus, time or channels): refuse leaves such files out and says so; first,
    or a number from 1, takes that page."""
    min_size_px: PositiveInt = 16
    """Smallest image: shorter side in pixels below which images are left out."""
    max_pixels: PositiveInt = 50_000_000
    """Largest image: number of pixels above which images are left out before they are decoded."""


class Preparation(Decoding):
    """How an image file becomes a square of pixels."""

    renamed: ClassVar[dict[str, str]] = {"centre": "centre_crop"}

    fit: Literal["pad", "crop", "stretch"] = "pad"
    """How an image becomes square: pad keeps all of it, crop its central square, stretch distorts it."""
    pad: Literal["border", "white", "black"] = "border"
    """Padding colour; border is the median colour of the image's own border."""
    centre_crop: Rate = 1.0
    """Centre crop: fraction of each side that is kept before the image is fitted, such as 0.67 where the specimen is
    in the middle of much else."""


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
