"""Side and channels of the images that a network sees. Standard library only: plans name packs by them."""

from augury.classifiers.family import ClassifierSettings, PretrainedSettings
from augury.generators.family import GeneratorSettings


def image_px(settings: ClassifierSettings | GeneratorSettings) -> int:
    """Side at which a network's images are kept, before it enlarges them."""
    own = settings.image_px if isinstance(settings, PretrainedSettings) else None
    return min(own or settings.size_px, settings.size_px)


def channels_of(settings: ClassifierSettings | GeneratorSettings) -> int:
    """1 or 3."""
    return 1 if settings.channels == "grey" else 3


def image_shape(settings: ClassifierSettings | GeneratorSettings) -> tuple[int, int, int]:
    """(C, S, S) of the images that a network is given."""
    return channels_of(settings), image_px(settings), image_px(settings)
