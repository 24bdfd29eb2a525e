"""What lies in the folder of a pool whose images were chosen, and which choice a file there is of."""

import re
from pathlib import Path
from typing import NamedTuple

from augury.command.errors import UserError

# Columns of history.tsv: one row per generation of a genetic search. made: images that it had to draw.
HISTORY = ("search", "generation", "best", "mean", "worst", "diversity", "gene_spread", "penalty", "made")
_RUN = re.compile(
    r"(?P<split>[^/]+)/synthetic/(?P<pool>[^/]+)/(?P<selection>[^/]+)/seed(?P<seed>\d+)/(?P<class_>[^/]+)/[^/]+$"
)


class PoolRun(NamedTuple):
    """One pool of one class: where it stands among splits, pools (a generator's name and state), selections, seeds."""

    split: str
    pool: str
    selection: str
    seed: int
    class_: str


def pool_run_of(path: str | Path) -> PoolRun:
    """The pool that `.../{split}/synthetic/{pool}/{selection}/seed{seed}/{class_}/FILE` is of, else UserError."""
    match = _RUN.search(Path(path).absolute().as_posix())
    if not match:
        raise UserError(
            f"{path} does not lie at {{split}}/synthetic/{{pool}}/{{selection}}/seed{{seed}}/{{class_}}/; "
            "keep the workflow's folders"
        )
    return PoolRun(match["split"], match["pool"], match["selection"], int(match["seed"]), match["class_"])
