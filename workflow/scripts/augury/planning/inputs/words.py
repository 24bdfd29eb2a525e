"""Long lists of files on a command line: Linux takes no command of more than 131,072 bytes from a shell."""

import hashlib
import json
import os
import shlex
from collections.abc import Iterable
from pathlib import Path

from augury.command.files import atomic

LIMIT = 50_000  # bytes, quoted; the rest of a command has room beside them
FOLDER = Path(".snakemake") / "augury"  # below the working directory, which all nodes of a cluster see


def words(options: Iterable[str]) -> list[str]:
    """The words of a command line as they are or, where they are too many, as `--words-from FILE`.

    Every script reads that (augury.command.script). The file is named by its content, so plans that agree write the
    same one, and none is ever changed.
    """
    options = list(map(str, options))
    if sum(len(os.fsencode(shlex.quote(word))) + 1 for word in options) <= LIMIT:
        return options
    text = json.dumps(options)
    path = FOLDER / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.json"
    if not path.exists():
        with atomic(path) as temporary:
            temporary.write_text(text, encoding="ascii")
    return ["--words-from", str(path)]
