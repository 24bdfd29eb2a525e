"""What named specimens are called, in the index of each class and over all classes, as far as a plan can tell."""

from collections.abc import Mapping, Sequence

from augury.images.grouping import specimen_ids
from augury.splits.identity import NAMED

Pairs = Sequence[tuple[str, str]]  # the sha256 of an image and a name of its specimen


def called_in_class(pairs: Pairs) -> dict[str, str]:
    """By sha256 of a class's images with a name, what the class's index calls their specimens."""
    if _one_name_each(pairs):
        return {sha256: NAMED + name for sha256, name in pairs}
    return specimen_ids([sha256 for sha256, _ in pairs], _sets(pairs), ())


def called_over_all(named: Mapping[str, Pairs]) -> dict[str, dict[str, str]]:
    """By class, what its index calls a specimen -> what the specimen is called over all classes.

    These differ where an image of another class has two names, which are then names of one specimen.
    """
    local = {class_: called_in_class(pairs) for class_, pairs in named.items()}
    if all(_one_name_each(pairs) for pairs in named.values()):
        return {class_: {one: one for one in found.values()} for class_, found in local.items()}
    pairs = [(f"{class_}/{sha256}", name) for class_, held in named.items() for sha256, name in held]
    over_all = specimen_ids([key for key, _ in pairs], _sets(pairs), ())
    return {
        class_: {one: over_all[f"{class_}/{sha256}"] for sha256, one in found.items()}
        for class_, found in local.items()
    }


def _one_name_each(pairs: Pairs) -> bool:
    return len({sha256 for sha256, _ in pairs}) == len(set(pairs))


def _sets(pairs: Pairs) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for sha256, name in pairs:
        found.setdefault(sha256, set()).add(name)
    return found
