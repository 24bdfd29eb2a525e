"""How many steps a training has, which a plan asks too: nothing heavy is imported here."""

import math
from collections.abc import Mapping

from augury.generators.family import AdversarialSettings


def steps_of(duration: float, unit: str, epoch_images: int, batch: int) -> int:
    """Steps of a duration in `epochs` (passes over the images) or `kimg` (thousands of images), rounded up."""
    images = duration * (epoch_images if unit == "epochs" else 1000)
    return max(1, math.ceil(images / batch))


def passes(duration: float, unit: str, epoch_images: int) -> float:
    """How often a training of that duration sees each image."""
    return duration if unit == "epochs" else duration * 1000 / max(epoch_images, 1)


def problems(settings: AdversarialSettings, images: Mapping[str, int]) -> list[tuple[str, str]]:
    """What would begin after the training's end, as pairs of a key and a sentence.

    images: of each training, by what it is trained on, at most; empty where they cannot be counted.
    """
    start, unit = settings.lecam.start_step, settings.duration_unit
    if not (settings.lecam.weight and start) or not (images or unit == "kimg"):
        return []
    name, fewest = min(images.items(), key=lambda each: each[1]) if unit == "epochs" else ("", 0)
    steps = steps_of(settings.duration, unit, fewest, settings.images_per_step)
    if start < steps:
        return []
    whose = f"the training of {name}, of {fewest} images at most," if name else "the training"
    sentence = f"{start} is never reached, as {whose} has {steps} steps; lower it (0 pulls from the first step on)"
    return [("lecam.start_step", f"{sentence} or raise `duration`")]
