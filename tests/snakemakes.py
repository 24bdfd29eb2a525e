"""Snakemake in forked children of a process that has imported it: two thirds of a plan's time are imports.

A child is what `python -m snakemake` is after its own imports: nothing of a project's has been imported, and its
folder, environment and output are those that it was given. `Project.run_plain` and whatever kills a run start a
process of their own.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # while it imports: a process with threads is not forked


class Forking:
    """The process that forks; it is started by the first run, and ends with this process, whose pipe it reads."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None
        self.lock = threading.Lock()

    def run(self, words: list[str], folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run `snakemake` with these words to its end. Runs of several threads wait for each other."""
        with self.lock, tempfile.TemporaryDirectory() as kept:
            if self.process is None:
                self.process = subprocess.Popen(
                    [sys.executable, __file__], env=os.environ | ALONE, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                    text=True,
                )  # fmt: skip
            assert self.process.stdin is not None
            assert self.process.stdout is not None
            order = {"words": words, "folder": str(folder), "environment": dict(environment), "kept": kept}
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
            code = int(self.process.stdout.readline())
            said = [Path(kept, name).read_text(errors="replace") for name in ("out", "err")]
        return subprocess.CompletedProcess(["snakemake", *words], code, *said)


def _serve() -> None:
    answers = os.fdopen(os.dup(1), "w")
    import docutils.core  # noqa: F401
    import requests  # noqa: F401
    import snakemake.cli
    import snakemake.report.html_reporter
    import snakemake_storage_plugin_fs  # noqa: F401

    while line := sys.stdin.readline():
        child = os.fork()
        if child == 0:
            answers.detach()
            _become(**json.loads(line))
            snakemake.cli.main()
            sys.exit(0)
        answers.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        answers.flush()


def _become(words: list[str], folder: str, environment: dict[str, str], kept: str) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None  # $TMPDIR is looked at anew
    sys.argv, sys.path[0] = ["snakemake", *words], folder
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(os.path.join(kept, name), os.O_WRONLY | os.O_CREAT, 0o644), number)


if __name__ == "__main__":
    _serve()
