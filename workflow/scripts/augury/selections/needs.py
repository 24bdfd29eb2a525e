"""What a selection's settings ask for: files beside the generator, and modules. Standard library only."""

from typing import Any

BY_FEATURES = ("feature_distance", "vendi")  # objectives


def needs_features(settings: Any) -> bool:
    """Whether images are compared in the features of the study's extractor."""
    by_measure = settings.family == "farthest_point" and settings.measure == "features"
    return by_measure or getattr(settings, "objective", None) in BY_FEATURES or believed_by(settings) == "density"


def believed_by(settings: Any) -> str:
    """What says how believable an image is: none, discriminator or density."""
    return settings.believable.by if hasattr(settings, "believable") else "none"


def modules_of(settings: Any, generator: str, classifier: str | None) -> tuple[str, ...]:
    """Modules that a selection imports by name, from its settings and the families of its generator and classifier."""
    part = "training" if believed_by(settings) == "discriminator" else "networks"
    names = [f"augury.selections.{settings['family']}.selection", f"augury.generators.{generator}.{part}"]
    names += ["augury.selections.by_features"] if needs_features(settings) else []
    names += [f"augury.classifiers.{classifier}.network"] if classifier else []
    return tuple(names)
