"""What the figures of explanations share: whose explanation a file is, and which are shown where there are many."""

from collections.abc import Sequence
from pathlib import Path

from augury.tables.grouping import grouped
from augury.tables.placing import parse_path

MOST_MODELS = 16  # arms times classifiers in a figure; the others' files lie in explanations/


def key_of(path: Path) -> tuple[str, str]:
    """(arm, classifier) of a file `.../explanations/{arm}/{classifier}/seed{seed}/FILE`, else UserError."""
    names = parse_path(path, "explanations/{arm}/{classifier}/seed{seed}")
    return names["arm"], names["classifier"]


def of_first_arms(paths: Sequence[Path], most: int = MOST_MODELS) -> list[Path]:
    """The files of all classifiers of the first arms, as many arms as `most` files hold; of one arm at most `most`."""
    first, *others = grouped(paths, lambda path: key_of(path)[0]).values() or [[]]
    kept = first[:most]
    for of_arm in others:
        if len(kept) + len(of_arm) > most:
            break
        kept += of_arm
    return kept
