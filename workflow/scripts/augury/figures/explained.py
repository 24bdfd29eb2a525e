"""What the figures of explanations share: whose explanation a file is, and which are shown where there are many."""

import re
from collections.abc import Sequence
from pathlib import Path

from augury.command.errors import UserError

MOST_MODELS = 16  # arms times classifiers in a figure; the others' files lie in explanations/

_PLACE = re.compile(r"explanations/(?P<arm>[^/]+)/(?P<classifier>[^/]+)/seed\d+/[^/]+$")


def key_of(path: Path) -> tuple[str, str]:
    """(arm, classifier) of a file `.../explanations/{arm}/{classifier}/seed{seed}/FILE`, else UserError."""
    match = _PLACE.search(path.absolute().as_posix())
    if not match:
        raise UserError(
            f"{path} does not lie at explanations/{{arm}}/{{classifier}}/seed{{seed}}/; keep the workflow's folders"
        )
    return match["arm"], match["classifier"]


def of_first_arms(paths: Sequence[Path], most: int = MOST_MODELS) -> list[Path]:
    """The files of all classifiers of the first arms, as many arms as `most` files hold; of one arm at most `most`."""
    arms: dict[str, list[Path]] = {}
    for path in paths:
        arms.setdefault(key_of(path)[0], []).append(path)
    first, *others = arms.values() or [[]]
    kept = first[:most]
    for of_arm in others:
        if len(kept) + len(of_arm) > most:
            break
        kept += of_arm
    return kept
