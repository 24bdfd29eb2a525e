"""What a plan hands to steps in files: long lists of words, as Linux takes no command of more than 131,072 bytes."""

import csv
import hashlib
import io
import json
import os
import shlex
from collections.abc import Iterable, Sequence
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
    return ["--words-from", str(_kept(json.dumps(options).encode("ascii"), ".json"))]


def kept_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    """A TSV that a step reads, named by its content likewise."""
    made = io.StringIO()
    csv.writer(made, dialect="excel-tab", lineterminator="\n").writerows([header, *rows])
    return _kept(made.getvalue().encode("utf-8", "surrogateescape"), ".tsv")


def _kept(content: bytes, suffix: str) -> Path:
    path = FOLDER / f"{hashlib.sha256(content).hexdigest()[:32]}{suffix}"
    if not path.exists():
        with atomic(path) as temporary:
            temporary.write_bytes(content)
    return path
