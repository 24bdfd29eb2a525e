"""The smallest images that networks of the classifiers take. Standard library only: a config is checked by it first."""

from typing import Any

from augury.command.errors import UserError

SMALLEST_PX = {
    "lenet5": 32,  # its third convolution, of kernel 5, needs the 5 x 5 maps that two poolings leave of 32 px
    "alexnet": 63,  # torchvision's own figure (min_size of its weights): below it the third pooling has nothing left
    "googlenet": 15,  # torchvision's own figure
}


def check_size(settings: dict[str, Any]) -> None:
    """Raises UserError where a network, named by `architecture` or else `family`, takes no images of `size_px`."""
    size_px, name = settings["size_px"], settings.get("architecture", settings["family"])
    if size_px < SMALLEST_PX.get(name, 0):
        raise UserError(f"{name} takes no images of {size_px} px; set `size_px` to at least {SMALLEST_PX[name]}")
