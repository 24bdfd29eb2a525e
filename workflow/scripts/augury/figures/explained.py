"""What the figures of explanations share: whose explanation a file is, and which are shown where there are many."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from augury.command.errors import UserError

MOST_MODELS = 12  # arms times classifiers in a figure; the others' files lie in explanations/
Item = TypeVar("Item")

_PLACE = re.compile(r"explanations/(?P<arm>[^/]+)/(?P<classifier>[^/]+)/seed\d+/[^/]+$")


def key_of(path: Path) -> tuple[str, str]:
    """(arm, classifier) of a file `.../explanations/{arm}/{classifier}/seed{seed}/FILE`, else UserError."""
    match = _PLACE.search(path.absolute().as_posix())
    if not match:
        raise UserError(
            f"{path} does not lie at explanations/{{arm}}/{{classifier}}/seed{{seed}}/; keep the workflow's folders"
        )
    return match["arm"], match["classifier"]


def spread(items: Sequence[Item], most: int = MOST_MODELS) -> list[Item]:
    """At most `most` of the items, evenly spaced, the first and the last among them."""
    places = np.unique(np.linspace(0, len(items) - 1, min(most, len(items))).round().astype(int))
    return [items[place] for place in places]
