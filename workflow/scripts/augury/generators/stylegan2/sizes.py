"""What a config of a StyleGAN2 must keep to beyond its schema. Standard library only: plans read it."""

from typing import Any

from augury.generators import snapshots
from augury.generators.stylegan2.configuration import derived


def problems(settings: dict[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with the settings beyond the schema: pairs of a key and a sentence."""
    found = []
    size = settings["size_px"]
    if size & (size - 1):
        below = 1 << (size.bit_length() - 1)
        found.append(("size_px", f"{size} is no power of two; the nearest are {below} and {min(2 * below, 1024)}"))
    if derived(settings)["batch"] < 2:
        found.append(("batch", "it comes to 1 image a step at this size; set it to 2 or more"))
    return found + snapshots.problems(settings)
