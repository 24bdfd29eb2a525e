"""Which run a file of the workflow's results belongs to, as its path says."""

import re
from pathlib import Path
from typing import Any

from augury.command.errors import UserError


def parse_path(path: str | Path, folders: str) -> dict[str, Any]:
    """What a path `.../FOLDERS/FILE` says, by name, as in `{split}/generators/{generator}/seed{seed}`; else UserError.

    >>> parse_path("results/demo/fold0/generators/dcgan/seed3/history.tsv", "{split}/generators/{generator}/seed{seed}")
    {'split': 'fold0', 'generator': 'dcgan', 'seed': 3}
    """
    pattern = folders.replace("{seed}", r"(?P<seed>\d+)")
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
    match = re.search(f"{pattern}/[^/]+$", Path(path).absolute().as_posix())
    if not match:
        raise UserError(f"{path} does not lie at {folders}/; keep the workflow's folders")
    return {name: int(value) if name == "seed" else value for name, value in match.groupdict().items()}
