"""Assigning the specimens of a class to parts, so that each keeps its place when others come and go."""

import hashlib
from collections import Counter
from collections.abc import Sequence

from augury.splits.plan import SplitName
from augury.splits.shared import Shared, cut_around
from augury.study.split import Split
from augury.tables.rows import PARTS, ImageRow, SplitRow

NOT_SHARED = Shared()


def assign_parts(
    images: Sequence[ImageRow],
    brought: dict[str, str],
    brought_parts: frozenset[str],
    settings: Split,
    split: SplitName,
    shared: Shared = NOT_SHARED,
) -> tuple[list[SplitRow], list[ImageRow]]:
    """Rows of one class's split in the images' order, and the images that are left out.

    brought: sha256 -> part, for images whose part the data bring (folders or a table); brought_parts: the parts that
    the data bring for any class. Images brought for training are still divided where no validation part is brought, or
    a reserve is wanted. An image is left out when another image of its specimen was brought into a later part: the test
    part stays as it was brought, and nothing is trained on a twin of it.

    Specimens are ordered by a hash of their own name, the seed and the repeat. shared: those that show other classes
    too, whose parts are known (splits.joint). Raises UserError when too few.
    """
    unit = {row.sha256: row.sha256 if settings.unit == "image" else row.specimen for row in images}
    names = set(unit.values())
    given = {name: part for name, part in shared.brought.items() if name in names}
    for row in images:
        part, name = brought.get(row.sha256), unit[row.sha256]
        if part and (name not in given or PARTS.index(part) > PARTS.index(given[name])):
            given[name] = part
    whole = "validation" in brought_parts and not settings.reserve
    placed = {name: part for name, part in given.items() if part != "train" or whole}
    divided = {name: part for name, part in shared.parts.items() if name in names and name not in placed}
    free = ordered(names - placed.keys() - divided.keys(), settings.seed, split.repeat)
    class_ = images[0].class_ if images else "?"
    if free or divided:
        folds = Counter(shared.folds[name] for name in divided if name in shared.folds)
        beside = Counter(divided.values()), [folds[fold + 1] for fold in range(settings.folds)]
        parts = cut_around(len(free), *beside, settings, split, brought_parts - {"train"}, class_)
        placed |= divided | dict(zip(free, parts, strict=True))
    rows, left_out = [], []
    for row in images:
        name = unit[row.sha256]
        if given.get(name, "train") != "train" and brought.get(row.sha256) != given[name]:
            left_out.append(row)
        else:
            rows.append(SplitRow(row.sha256, row.path, row.class_, row.specimen, placed[name]))
    return rows, left_out


def ordered(names: set[str], seed: int, repeat: int) -> list[str]:
    """Names in the order of their own hashes: a new name takes its place and no other changes order."""

    def rank(name: str) -> tuple[str, str]:
        return hashlib.sha256(f"{seed}\x1f{repeat}\x1f{name}".encode()).hexdigest(), name

    return sorted(names, key=rank)
