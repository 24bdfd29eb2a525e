"""Settings of real images that are not the study's own."""

from typing import Literal

from augury.settings.base import Settings, Text


class Pool(Settings):
    """Real images from elsewhere, such as those of an archive, which arms may take or generators begin with."""

    images: Text
    """Folder of the images, at any depth; it lies apart from the study's own images."""
    labels: Literal["none", "folders"] = "none"
    """Labels of the images - none, or folders, one per class of the study by its name; other folders are passed
    over."""
