"""What is wrong with a results folder, file by file, and the command that makes it right."""

import dataclasses
import shlex
from collections.abc import Iterable
from pathlib import Path

from augury.command.errors import UserError
from augury.command.progress import Progress
from augury.planning.ownership import FILE
from augury.tables.description import read_description
from augury.verification.links import faults_of
from augury.verification.whole import Fault, examine

_BENCHMARKS = "benchmarks"  # Snakemake's own files


@dataclasses.dataclass(frozen=True)
class Verification:
    """files: how many were looked at. faults: (file, what is wrong). unrecorded: files without a checksum."""

    files: int
    faults: list[tuple[Path, str]]
    unrecorded: list[Path]


def verify(results: Path) -> Verification:
    """Look at every file of a results folder; hidden ones are passed over. Raises UserError where it is no folder."""
    if not results.is_dir():
        raise UserError(f"{results} is no folder; name one below results/")
    paths = [path for path in sorted(results.rglob("*")) if _counts(path, results)]
    faults, unrecorded = [], []
    progress = Progress(f"verifying {results}", len(paths), "files")
    for path in paths:
        try:
            if not examine(path):
                unrecorded.append(path)
        except Fault as fault:
            faults.append((path, str(fault)))
        progress.add()
    damaged = {path for path, _ in faults}
    faults += ((path, what) for path, what in faults_of(results, damaged) if path not in damaged)
    return Verification(len(paths), list(dict.fromkeys(faults)), unrecorded)


def command(results: Path, faults: Iterable[tuple[Path, str]]) -> str:
    """The command that makes the files again, and what follows from them."""
    targets = dict.fromkeys(str(_declared(path)) for path, _ in faults if path.name != FILE)
    try:
        configs = read_description(results / FILE)["configs"]
    except (UserError, KeyError):
        configs = ["CONFIG"]
    return shlex.join(["snakemake", "--cores", "all", "--forcerun", *targets, "--configfile", *configs])


def _declared(path: Path) -> Path:
    # The output by which the workflow knows a file.
    if path.suffix == ".tar":
        return path.with_name("index.tsv")
    if path.parent.name == "snapshots":
        return path.parent.parent / "generator.json"
    if path.parent.name == "augmented":
        return path.parent.with_suffix(".tsv")
    return path


def _counts(path: Path, results: Path) -> bool:
    parts = path.relative_to(results).parts
    return path.is_file() and parts[0] != _BENCHMARKS and not any(part.startswith(".") for part in parts)
