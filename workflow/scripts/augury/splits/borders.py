"""Where the ordered specimens of a class are cut: contiguous ranges whose borders move by at most one specimen.

Every border is a rounded multiple of the number of specimens, or a fixed distance from an end, so that it moves by 0
or 1 when a specimen is added. Together with the shift that the new specimen causes, at most one other crosses each
border.
"""

from typing import Any

from augury.command.errors import UserError
from augury.splits.plan import SplitName
from augury.tables.rows import PARTS


def cut(count: int, settings: dict[str, Any], split: SplitName, brought: frozenset[str], class_: str) -> list[str]:
    """The part of each of `count` ordered specimens.

    settings: `train`, `validation`, `reserve` (0 without it), `test` as fractions of the class (below 1), numbers of
    specimens (from 1 on), or `rest` for exactly one; `folds` and `rotate`, the part that every fold is once. brought:
    parts that the data bring and that are not cut again. Raises UserError when the specimens do not suffice.
    """
    sizes = {part: 0 if part in brought else settings.get(part, 0) for part in PARTS}
    if brought and "rest" not in sizes.values():
        sizes["train"] = "rest"
    folds = settings["folds"]
    _check(count, sizes, folds if split.fold else 1, class_)
    if split.fold is None:
        borders = [0, *_borders(count, sizes), count]
        parts = [part for place, part in enumerate(PARTS) for _ in range(borders[place + 1] - borders[place])]
    elif settings["rotate"] == "validation" or "test" in brought:
        parts = _rotate_validation(count, sizes, split.fold, folds, class_)
    else:
        parts = _rotate_test(count, sizes, split.fold, folds)
    if "train" not in parts:
        raise UserError(
            f"class '{class_}' has {count} specimens and none is left to train on; add images to its folder or lower "
            f"`split.validation` and `split.test`"
        )
    return parts


def _borders(count: int, sizes: dict[str, Any]) -> list[int]:
    """Where each part but the first begins: counted from the start before `rest`, from the end behind it."""
    listed = list(sizes.values())
    rest = listed.index("rest")
    found = [
        _reach(count, *listed[:place]) if place <= rest else count - _reach(count, *listed[place:])
        for place in range(1, len(listed))
    ]
    for place, border in enumerate(found):
        found[place] = min(max(border, found[place - 1] if place else 0), count)
    return found


def _rotate_validation(count: int, sizes: dict[str, Any], fold: int, folds: int, class_: str) -> list[str]:
    """Reserve and test are fixed; what is before them is divided into folds, and one of them validates."""
    _, development, test = _borders(count, sizes)
    if development < folds:
        raise UserError(
            f"class '{class_}' leaves {development} specimens beside its test part for {folds} folds; add images to "
            f"its folder, or lower `split.folds`, `split.reserve` or `split.test`"
        )
    start, stop = (round_half_up(development * place / folds) for place in (fold - 1, fold))
    inside = ["validation" if start <= place < stop else "train" for place in range(development)]
    return inside + ["reserve"] * (test - development) + ["test"] * (count - test)


def _rotate_test(count: int, sizes: dict[str, Any], fold: int, folds: int) -> list[str]:
    """One fold tests; the ranges after it validate and are the reserve, going round at the end."""
    start, stop = (round_half_up(count * place / folds) for place in (fold - 1, fold))
    parts = ["train"] * count
    for place in range(start, stop):
        parts[place] = "test"
    end, fraction, numbers = stop, fold / folds, 0
    for part in ("validation", "reserve"):
        size = sizes[part]
        if size == 0:
            continue
        fraction, numbers = (fraction + size, numbers) if size < 1 else (fraction, numbers + int(size))
        begin, end = end, max(end + 1, numbers + (round_half_up(count * fraction)))
        for place in range(begin, end):
            parts[place % count] = part
    return parts


def _reach(count: int, *sizes: float) -> int:
    """Specimens in the ranges together: fractions are added before they are rounded, and a wanted range gets one."""
    fractions = sum(size for size in sizes if size < 1)
    numbers = sum(int(size) for size in sizes if size >= 1)
    wanted = sum(1 for size in sizes if size > 0)
    return max(wanted, numbers + round_half_up(count * fractions))


def _check(count: int, sizes: dict[str, Any], folds: int, class_: str) -> None:
    wanted = sum(1 for size in sizes.values() if size != 0)
    numbers = sum(int(size) for size in sizes.values() if size != "rest" and size >= 1)
    needed = max(wanted, folds, numbers + ("rest" in sizes.values()))
    if count < needed:
        raise UserError(
            f"class '{class_}' has {count} specimens where the sizes and folds in `split` need {needed}; add images to "
            f"its folder, lower `split`, or leave the class out by `classes`"
        )


def round_half_up(value: float) -> int:
    """To the nearest integer, halves up: unlike round(), it never moves by more than its argument's step of one."""
    return int(value + 0.5)
