"""What augury wrote, without the checksums by which a change shows: for tests that change it as another tool might."""

import json
from pathlib import Path
from typing import Any


def table(path: Path) -> str:
    """The text of a table without its column `check`."""
    return "".join(line.rpartition("\t")[0] + "\n" for line in path.read_text(encoding="utf-8").splitlines())


def description(path: Path) -> dict[str, Any]:
    """A JSON without its seal."""
    record = json.loads(path.read_text(encoding="utf-8"))
    del record["seal"]
    return record
