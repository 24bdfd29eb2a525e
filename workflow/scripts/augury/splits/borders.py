"""Where the ordered specimens of a class are cut: contiguous ranges whose borders move by at most one specimen.

Every border is a rounded multiple of the number of specimens, or a fixed distance from an end, so that it moves by 0
or 1 when a specimen is added. Together with the shift that the new specimen causes, at most one other crosses each
border.
"""

from itertools import pairwise
from typing import Any

from augury.command.errors import UserError
from augury.splits.plan import SplitName, split_names
from augury.study.split import Split
from augury.tables.rows import PARTS

MOST_PER_FOLD = 100  # specimens per fold more than there are, beyond which no number is looked for


def cut(count: int, settings: Split, split: SplitName, brought: frozenset[str], class_: str) -> list[str]:
    """The part of each of `count` ordered specimens.

    settings: `train`, `validation`, `reserve` (0 without it), `test` as fractions of the class (below 1), numbers of
    specimens (from 1 on), or `rest` for exactly one; `folds` and `rotate`, the part that every fold is once;
    `small_classes`: `train` keeps all specimens of a class that cannot be divided in the training part of every fold.
    brought: parts that the data bring and that are not cut again. Raises UserError when the specimens do not suffice.
    """
    if can_be_cut(count, settings, brought) and (parts := _cut(count, settings, split, brought)):
        return parts
    if settings.small_classes == "train":
        return ["train"] * count
    least = least_specimens(count, settings, brought)
    enough = f"{least} would do" if least else "no number of them would do"
    counted = f"{count} specimen{'' if count == 1 else 's'}"
    raise UserError(
        f"class '{class_}' has {counted}, too few for the sizes and folds in `split`: {enough}; add images to "
        "its folder, lower `split.folds` or the sizes, leave the class out by `classes`, or set `split.small_classes: "
        "train`, which trains on it in every fold and tests it in none"
    )


def can_be_cut(count: int, settings: Split, brought: frozenset[str]) -> bool:
    """Whether so many specimens can be divided in every fold."""
    return all(
        _cut(count, settings, split, brought) for split in split_names(settings.model_copy(update={"repeats": 1}))
    )


def least_specimens(count: int, settings: Split, brought: frozenset[str]) -> int | None:
    """The least number from `count` on that can be divided; None where numbers of specimens do not help."""
    sizes = [getattr(settings, part) for part in PARTS]
    numbers = sum(size for size in sizes if size != "rest" and size >= 1)
    most = count + int(numbers) + MOST_PER_FOLD * settings.folds
    return next((each for each in range(count, most) if can_be_cut(each, settings, brought)), None)


def _cut(count: int, settings: Split, split: SplitName, brought: frozenset[str]) -> list[str] | None:
    """The parts; None where there are too few specimens for that, or none is left to train on."""
    sizes = {part: 0 if part in brought else getattr(settings, part) for part in PARTS}
    if brought and "rest" not in sizes.values():
        sizes["train"] = "rest"
    folds = settings.folds
    if count < _needed(sizes, folds if split.fold else 1):
        return None
    if split.fold is None:
        borders = [0, *_borders(count, sizes), count]
        parts = [part for index, part in enumerate(PARTS) for _ in range(borders[index + 1] - borders[index])]
    else:
        rotate = ROTATIONS["validation" if "test" in brought else settings.rotate]
        parts = rotate(count, sizes, split.fold, folds) or []
    return parts if "train" in parts else None


def _borders(count: int, sizes: dict[str, Any]) -> list[int]:
    """Where each part but the first begins: counted from the start before `rest`, from the end behind it."""
    listed = list(sizes.values())
    rest = listed.index("rest")
    borders = [
        _reach(count, *listed[:index]) if index <= rest else count - _reach(count, *listed[index:])
        for index in range(1, len(listed))
    ]
    for index, border in enumerate(borders):
        borders[index] = min(max(border, borders[index - 1] if index else 0), count)
    return borders


def _rotate_validation(count: int, sizes: dict[str, Any], fold: int, folds: int) -> list[str] | None:
    """Reserve and test are fixed; what is before them is divided into folds, and one of them validates.

    None where less is left beside the test part than there are folds.
    """
    _, development, test = _borders(count, sizes)
    if development < folds:
        return None
    start, stop = (round_half_up(development * index / folds) for index in (fold - 1, fold))
    inside = ["validation" if start <= index < stop else "train" for index in range(development)]
    return inside + ["reserve"] * (test - development) + ["test"] * (count - test)


def _rotate_test(count: int, sizes: dict[str, Any], fold: int, folds: int) -> list[str]:
    """One fold tests; the ranges after it validate and are the reserve, going round at the end."""
    start, stop = (round_half_up(count * index / folds) for index in (fold - 1, fold))
    parts = ["train"] * count
    for index in range(start, stop):
        parts[index] = "test"
    end, fraction, numbers = stop, fold / folds, 0
    for part in ("validation", "reserve"):
        size = sizes[part]
        if size == 0:
            continue
        fraction, numbers = (fraction + size, numbers) if size < 1 else (fraction, numbers + int(size))
        begin, end = end, max(end + 1, numbers + (round_half_up(count * fraction)))
        for index in range(begin, end):
            parts[index % count] = part
    return parts


def _rotate_train(count: int, sizes: dict[str, Any], fold: int, folds: int) -> list[str] | None:
    """Ranges of training, validation and reserve, one behind the other in each fold; what is outside a fold's tests.

    None where they reach beyond the last specimen, leave none to test, or one that is asked for would be empty.
    """
    inside = [sizes[part] for part in PARTS[:-1]]
    borders = [_reach(count, *inside * (fold - 1), *inside[:number]) for number in range(len(PARTS))]
    ranges = list(pairwise(borders))
    empty = any(size > 0 and begin == end for size, (begin, end) in zip(inside, ranges, strict=True))
    if empty or _reach(count, *inside * folds) > count or borders[-1] - borders[0] == count:
        return None
    parts = ["test"] * count
    for part, (begin, end) in zip(PARTS, ranges, strict=False):
        parts[begin:end] = [part] * (end - begin)
    return parts


def _reach(count: int, *sizes: float) -> int:
    """Specimens in the ranges together: fractions are added before they are rounded, and a wanted range gets one."""
    fractions = sum(size for size in sizes if size < 1)
    numbers = sum(int(size) for size in sizes if size >= 1)
    wanted = sum(1 for size in sizes if size > 0)
    return max(wanted, numbers + round_half_up(count * fractions))


def _needed(sizes: dict[str, Any], folds: int) -> int:
    wanted = sum(1 for size in sizes.values() if size != 0)
    numbers = sum(int(size) for size in sizes.values() if size != "rest" and size >= 1)
    return max(wanted, folds, numbers + ("rest" in sizes.values()))


ROTATIONS = {"test": _rotate_test, "validation": _rotate_validation, "train": _rotate_train}


def fold_sizes(count: int, folds: int) -> list[int]:
    """How many of `count` specimens are in each fold.

    >>> fold_sizes(11, 3)
    [4, 3, 4]
    """
    borders = [round_half_up(count * fold / folds) for fold in range(folds + 1)]
    return [end - begin for begin, end in pairwise(borders)]


def round_half_up(value: float) -> int:
    """To the nearest integer, halves up: unlike round(), it never moves by more than its argument's step of one."""
    return int(value + 0.5)
