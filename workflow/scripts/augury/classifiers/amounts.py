"""How many images and specimens of each kind an arm takes of a class."""

import hashlib
from typing import Any

from augury.command.errors import UserError
from augury.generators.pools import arm_count
from augury.images.packs import Picked
from augury.tables.rows import SplitRow

Images = tuple[Picked, list[SplitRow]]


def drawn_specimens(multiple: float, train: Images, reserve: Images, what: str) -> Images:
    """Images and rows of `multiple` times the training part's specimens, at least one.

    They stand in the order of their names' hashes, so that fewer are always among more; the reserve's come after the
    training part's. Raises UserError where the reserve does not suffice.
    """
    names = {part: _in_order(rows) for part, (_, rows) in (("train", train), ("reserve", reserve))}
    wanted = max(1, int(multiple * len(names["train"]) + 0.5))
    ordered = names["train"] + names["reserve"]
    if wanted > len(ordered):
        raise UserError(
            f"{what}: `specimens: {multiple:g}` wants {wanted} specimens, and training part and reserve have "
            f"{len(ordered)}; enlarge `split.reserve`, or lower `specimens` or `learning_curve`"
        )
    kept = set(ordered[:wanted])
    images, rows = train[0].followed_by(reserve[0]), train[1] + reserve[1]
    places = [place for place, row in enumerate(rows) if row.specimen in kept]
    return images.at(places), [rows[place] for place in places]


def _in_order(rows: list[SplitRow]) -> list[str]:
    return sorted({row.specimen for row in rows}, key=lambda name: hashlib.sha256(name.encode()).digest())


def synthetic_count(arm: dict[str, Any], n_train: int) -> int:
    """How many of its class's pool an arm takes: `count`, or ratio x training images; 0 without a generator."""
    if arm["generator"] is None:
        return 0
    return arm["count"] if arm["count"] is not None else arm_count(arm["ratio"], n_train)


def classical_count(arm: dict[str, Any], n_train: int) -> int:
    """How many offline copies an arm makes of a class with `n_train` real training images."""
    if arm["classical_to"] is not None:
        return max(0, arm["classical_to"] - arm["real"] * n_train)
    return round(arm["classical"] * n_train)
