"""The smallest images that networks of the classifiers take. Standard library only: a config is checked by it first."""

from typing import Any

from augury.command.errors import UserError

SMALLEST_PX = {
    "lenet5": 32,  # its third convolution, of kernel 5, needs the 5 x 5 maps that two poolings leave of 32 px
    "alexnet": 63,  # torchvision's own figure (min_size of its weights): below it the third pooling has nothing left
    "googlenet": 15,  # torchvision's own figure
}


def image_px(settings: Any) -> int:
    """Side at which a network's images are kept, before it enlarges them; settings of a generator will do, too."""
    return min(settings.get("image_px") or settings["size_px"], settings["size_px"])


def smallest_px(settings: dict[str, Any]) -> int:
    """The smallest `size_px` that a network takes, named by `architecture` or else `family`; 0 where any is taken."""
    return SMALLEST_PX.get(settings.get("architecture", settings.get("family", "")), 0)


def check_size(settings: dict[str, Any]) -> None:
    """Raises UserError where a network, named by `architecture` or else `family`, takes no images of `size_px`."""
    size_px, least = settings["size_px"], smallest_px(settings)
    if size_px < least:
        name = settings.get("architecture", settings["family"])
        raise UserError(f"{name} takes no images of {size_px} px; set `size_px` to at least {least}")
