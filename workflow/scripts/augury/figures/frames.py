"""Tables as pandas takes them, once they are known to be as they were written."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from augury.tables.checked import COLUMN
from augury.tables.table import read_cells


def frame_of(paths: Sequence[Path], place_of: Callable[[Path], NamedTuple]) -> pd.DataFrame:
    """All tables in one, with what each path says in columns of their own, and `run`: split and seed.

    A column that a table lacks is empty in its rows. Raises UserError where one is missing or not as it was written.
    """
    frames = []
    for path in paths:
        names = place_of(path)._asdict()
        read_cells(path)
        frame = pd.read_csv(path, sep="\t").drop(columns=COLUMN, errors="ignore")
        frames.append(frame.assign(**names, run=f"{names['split']}/{names['seed']}"))
    return pd.concat(frames, ignore_index=True)
