"""How a class's own specimens are cut beside those that show other classes too, which have their parts already."""

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence

from augury.command.errors import UserError
from augury.splits.borders import cut, fold_sizes
from augury.splits.plan import SplitName
from augury.study.split import Split
from augury.tables.rows import PARTS


@dataclasses.dataclass(frozen=True)
class Shared:
    """The specimens of a class that show other classes too: one part for all."""

    parts: Mapping[str, str] = dataclasses.field(default_factory=dict)  # specimen -> its part in this split
    brought: Mapping[str, str] = dataclasses.field(default_factory=dict)  # specimen -> the latest part the data give it
    folds: Mapping[str, int] = dataclasses.field(default_factory=dict)  # specimen -> its fold, from 1


def cut_around(
    count: int, shared: Counter, folds: Sequence[int], settings: Split, split: SplitName,
    brought: frozenset[str], class_: str,
) -> list[str]:  # fmt: skip
    """The part of each of `count` ordered specimens, so that with the shared ones the sizes are those asked for.

    shared: how many shared specimens are in each part; folds: and in each fold. The class's own make up for what those
    leave uneven, as far as they suffice. Without shared ones these are borders.cut's. Raises UserError as that does,
    and where nothing is left to train on.
    """
    if split.fold and settings.rotate == "train" and "test" not in brought:  # the shared ones test, in every fold
        return cut(count, settings, split, brought, class_)
    whole = count + sum(shared.values())
    parts = cut(whole, settings, split, brought, class_)
    if not sum(shared.values()):
        return parts
    if set(parts) == {"train"}:  # nothing else is asked for, or the class is too small and stays in training
        return parts[:count]
    wanted = Counter(parts)
    if split.fold is None:
        own = remaining([wanted[part] for part in PARTS], [shared[part] for part in PARTS], count)
        parts_in_order = [part for part, number in zip(PARTS, own, strict=True) for _ in range(number)]
    elif settings.rotate == "validation" or "test" in brought:
        parts_in_order = _development(count, wanted, shared, folds, settings, split.fold)
    else:
        parts_in_order = _going_round(count, wanted, shared, folds, settings, split.fold)
    if "train" not in parts_in_order and not shared["train"]:
        raise UserError(
            f"class '{class_}' has nothing left to train on in {split}, as {sum(shared.values())} of its {whole} "
            "specimens show other classes too, and each has one part for all; add images to its folder, or lower "
            "`split.folds`, `split.validation` or `split.test`"
        )
    return parts_in_order


def remaining(wanted: Sequence[int], taken: Sequence[int], count: int) -> list[int]:
    """What of `wanted` is left beside `taken`, none below 0, `count` in all: the largest give what others have over."""
    left = [max(0, one - other) for one, other in zip(wanted, taken, strict=True)]
    for _ in range(sum(left) - count):
        left[left.index(max(left))] -= 1
    return left


def _development(
    count: int, wanted: Counter, shared: Counter, folds: Sequence[int], settings: Split, fold: int
) -> list[str]:
    """See borders: reserve and test behind what is divided into folds, of which one validates."""
    sizes, taken = ([each["train"] + each["validation"], each["reserve"], each["test"]] for each in (wanted, shared))
    development, reserve, test = remaining(sizes, taken, count)
    own = remaining(fold_sizes(development + taken[0], settings.folds), folds, development)
    begin = sum(own[: fold - 1])
    end = begin + own[fold - 1]
    inside = ["validation" if begin <= index < end else "train" for index in range(development)]
    return inside + ["reserve"] * reserve + ["test"] * test


def _going_round(
    count: int, wanted: Counter, shared: Counter, folds: Sequence[int], settings: Split, fold: int
) -> list[str]:
    """See borders: one fold tests, and what comes after it validates and is the reserve."""
    own = remaining(fold_sizes(count + sum(shared.values()), settings.folds), folds, count)
    start = sum(own[: fold - 1])
    parts = ["train"] * count
    sizes = {"test": own[fold - 1]}
    free = count - sizes["test"]
    for part in ("validation", "reserve"):
        sizes[part] = min(free, max(0, wanted[part] - shared[part]))
        free -= sizes[part]
    for part, size in sizes.items():
        for at in range(start, start + size):
            parts[at % count] = part
        start += size
    return parts
