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

    settings: `train`, `validation`, `test` as fractions of the class (below 1), numbers of specimens (from 1 on), or
    `rest` for exactly one; `folds` and `rotate`, the part that every fold is once. brought: parts that the data
    bring and that are not cut again. Raises UserError when the specimens do not suffice.
    """
    sizes = {part: 0 if part in brought else settings[part] for part in PARTS}
    if brought and "rest" not in sizes.values():
        sizes["train"] = "rest"
    folds = settings["folds"]
    _check(count, sizes, folds if split.fold else 1, class_)
    if split.fold is None:
        first, second = _holdout_borders(count, sizes)
        parts = ["train"] * first + ["validation"] * (second - first) + ["test"] * (count - second)
    elif settings["rotate"] == "validation" or "test" in brought:
        parts = _rotate_validation(count, sizes, split.fold, folds, class_)
    else:
        parts = _rotate_test(count, sizes["validation"], split.fold, folds)
    if "train" not in parts:
        raise UserError(
            f"class '{class_}' has {count} specimens and none is left to train on; add images to its folder or lower "
            f"`split.validation` and `split.test`"
        )
    return parts


def _holdout_borders(count: int, sizes: dict[str, Any]) -> tuple[int, int]:
    if sizes["train"] == "rest":
        first, second = count - _reach(count, sizes["test"], sizes["validation"]), count - _reach(count, sizes["test"])
    elif sizes["test"] == "rest":
        first, second = _reach(count, sizes["train"]), _reach(count, sizes["train"], sizes["validation"])
    else:
        first, second = _reach(count, sizes["train"]), count - _reach(count, sizes["test"])
    first = min(max(first, 0), count)
    return first, min(max(second, first), count)


def _rotate_validation(count: int, sizes: dict[str, Any], fold: int, folds: int, class_: str) -> list[str]:
    """The test part is fixed; what is before it is divided into folds, and one of them validates."""
    _, development = _holdout_borders(count, sizes)
    if development < folds:
        raise UserError(
            f"class '{class_}' leaves {development} specimens beside its test part for {folds} folds; add images to "
            f"its folder, or lower `split.folds` or `split.test`"
        )
    start, stop = (round_half_up(development * place / folds) for place in (fold - 1, fold))
    inside = ["validation" if start <= place < stop else "train" for place in range(development)]
    return inside + ["test"] * (count - development)


def _rotate_test(count: int, validation: float, fold: int, folds: int) -> list[str]:
    """One fold tests; the range after it validates, going round at the end."""
    start, stop = (round_half_up(count * place / folds) for place in (fold - 1, fold))
    if validation == 0:
        end = stop
    elif validation < 1:
        end = max(stop + 1, round_half_up(count * (fold / folds + validation)))
    else:
        end = stop + int(validation)
    parts = ["train"] * count
    for place in range(stop, end):
        parts[place % count] = "validation"
    for place in range(start, stop):
        parts[place] = "test"
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
