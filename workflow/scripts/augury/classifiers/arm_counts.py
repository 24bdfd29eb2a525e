"""How many images and specimens of each kind an arm takes of a class."""

import hashlib
from collections.abc import Sequence

from augury.command.errors import UserError
from augury.generators.pools import arm_count
from augury.images.packs import Picked
from augury.splits.identity import specimen_key
from augury.study.arms import Arm
from augury.tables.rows import SplitRow

Images = tuple[Picked, list[SplitRow]]


def drawn_specimens(
    multiple: float, train: Sequence[Images], reserve: Sequence[Images], classes: Sequence[str], what: str
) -> list[Images]:
    """Images and rows of `multiple` times the training part's specimens of each class, at least one.

    They stand in the order of their names' hashes, so that fewer are always among more; the reserve's come after the
    training part's. A specimen of several classes is drawn in all of them or in none, by its mean rank in their
    orders; so a class may have a few more or fewer than asked for. Raises UserError where the reserve does not suffice.
    """
    ranks: dict[str, list[float]] = {}
    orders = []
    for class_, (_, trained), (_, kept_back) in zip(classes, train, reserve, strict=True):
        first, second = _in_order(trained), _in_order(kept_back)
        ordered = [*first, *second]
        wanted = max(1, int(multiple * len(first) + 0.5))
        if wanted > len(ordered):
            raise UserError(
                f"{what}, class '{class_}': `specimens: {multiple:g}` wants {wanted} specimens, and training part and "
                f"reserve have {len(ordered)}; enlarge `split.reserve`, or lower `specimens` or `learning_curve`"
            )
        for key, index in {key: index for index, key in reversed(list(enumerate(ordered)))}.items():
            # A class's own specimens are drawn while this is at most 1: the first `wanted` of them.
            ranks.setdefault(key, []).append((index + 0.5) / max(multiple * len(first), 0.5))
        orders.append(ordered)
    mean = {key: sum(of_key) / len(of_key) for key, of_key in ranks.items()}
    kept = {key for key, rank in mean.items() if rank <= 1}
    kept |= {min(ordered, key=lambda key: (mean[key], key)) for ordered in orders if kept.isdisjoint(ordered)}
    return [_of(kept, *parts) for parts in zip(train, reserve, strict=True)]


def _of(kept: set[str], train: Images, reserve: Images) -> Images:
    images, rows = train[0].followed_by(reserve[0]), train[1] + reserve[1]
    chosen = [index for index, row in enumerate(rows) if specimen_key(row.class_, row.specimen) in kept]
    return images.at(chosen), [rows[index] for index in chosen]


def _in_order(rows: list[SplitRow]) -> list[str]:
    """The identities of the rows' specimens, by the hashes of their names."""
    names = {specimen_key(row.class_, row.specimen): row.specimen for row in rows}
    return sorted(names, key=lambda key: hashlib.sha256(names[key].encode()).digest())


def synthetic_count(arm: Arm, n_train: int) -> int:
    """How many of its class's pool an arm takes: `count`, or ratio x training images; 0 without a generator."""
    if arm.generator is None:
        return 0
    return arm.count if arm.count is not None else arm_count(arm.ratio, n_train)


def classical_count(arm: Arm, n_train: int) -> int:
    """How many offline copies an arm makes of a class with `n_train` real training images."""
    if arm.classical_to is not None:
        return max(0, arm.classical_to - arm.real * n_train)
    return round(arm.classical * n_train)
