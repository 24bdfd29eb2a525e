"""What lies in the folder of a pool whose images were chosen, and which choice a file there is of."""

from pathlib import Path
from typing import NamedTuple

from augury.tables.placing import parse_path

# Columns of history.tsv: one row per generation of a genetic search. made: images that it had to draw.
HISTORY = ("search", "generation", "best", "mean", "worst", "diversity", "gene_spread", "penalty", "made")


class PoolRun(NamedTuple):
    """One pool of one class: where it stands among splits, pools (a generator's name and state), selections, seeds."""

    split: str
    pool: str
    selection: str
    seed: int
    class_: str


def pool_run_of(path: str | Path) -> PoolRun:
    """The pool that `.../{split}/synthetic/{pool}/{selection}/seed{seed}/{class_}/FILE` is of, else UserError."""
    return PoolRun(**parse_path(path, "{split}/synthetic/{pool}/{selection}/seed{seed}/{class_}"))
