"""Tables as pandas takes them, once they are known to be as they were written."""

from pathlib import Path

import pandas as pd

from augury.tables.checked import COLUMN
from augury.tables.table import read_cells


def frame_of(path: Path) -> pd.DataFrame:
    """The table at `path`. Raises UserError where it is missing or not as it was written."""
    read_cells(path)
    return pd.read_csv(path, sep="\t").drop(columns=COLUMN, errors="ignore")
