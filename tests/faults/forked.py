"""Scripts in forked children of a process that has imported what they need: a kill costs milliseconds.

The nursery is a process of its own: torch must not have trained in a process that is forked, as pytest's may have.
Every child begins with the same modules, so that all runs agree on the digest of their code.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "workflow" / "scripts"


class Ended(NamedTuple):
    """status: the exit code, or minus the signal's number. said: what this run printed."""

    status: int
    seconds: float
    output: str


class Nursery:
    """The process that forks. private: with mounts of its own, which vanish with it."""

    def __init__(self, folder: Path, private: bool = False) -> None:
        self.log = folder / "nursery.log"
        words = [*(private_mounts() or [] if private else []), sys.executable, "-m", "tests.faults.forked"]
        settings = {"OMP_NUM_THREADS": "1", "AUGURY_SAVE_SECONDS": "0"}  # a checkpoint at every mark
        settings["PYTHONPATH"] = os.pathsep.join(map(str, (ROOT, SCRIPTS)))
        self.process = subprocess.Popen(
            words, cwd=ROOT, env=os.environ | settings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.wait()

    def run(self, script: str, words: list, kill_after: float | None = None, hazards: list | None = None) -> Ended:
        """Run a script to its end, or kill it with SIGKILL after that many seconds.

        hazards: names of functions in tests.faults.hazards with their arguments, called in the child beforehand.
        """
        self.log.write_bytes(b"")
        order = {"script": script, "words": list(map(str, words)), "kill_after": kill_after, "log": str(self.log)}
        status, seconds = self._ask(order | {"hazards": hazards or []})
        return Ended(status, seconds, self.log.read_text(errors="replace"))

    def mount(self, kind: str, folder: Path, *more: str) -> Path:
        """Mount something for the children of a private nursery; the folder as this process sees it."""
        folder.mkdir(exist_ok=True)
        self._ask({"mount": [kind, str(folder), *more]})
        return Path(f"/proc/{self.process.pid}/root{folder}")

    def _ask(self, order: dict) -> list:
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def private_mounts() -> list[str] | None:
    """The words before a command that may mount for itself alone; None where that is not allowed."""
    words = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    if shutil.which("unshare") is None:
        return None
    tried = subprocess.run([*words, "mount", "-t", "tmpfs", "none", "/tmp"], capture_output=True, check=False)
    return words if tried.returncode == 0 else None


def _serve() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    _import_everything()
    for line in sys.stdin:
        order = json.loads(line)
        if "mount" in order:
            from tests.faults import hazards

            answer: list = [getattr(hazards, order["mount"][0])(*order["mount"][1:])]
        else:
            answer = _run(order)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _import_everything() -> None:
    import torch

    torch.set_num_threads(1)
    import augury.classifiers.four_block_cnn.network
    import augury.classifiers.training
    import augury.generators.dcgan.training
    import augury.generators.run
    import augury.generators.stylegan2.training
    import augury.generators.synthesis
    import augury.metrics.ranks
    import augury.metrics.summaries
    import augury.prediction.reference
    import augury.selections.genetic.selection
    import augury.selections.running  # noqa: F401
    import tests.faults.hazards
    import tests.scripts.in_process  # noqa: F401

    # The first step of an optimiser imports much more of torch.
    weight = torch.nn.Parameter(torch.zeros(1))
    weight.grad = torch.zeros(1)
    torch.optim.Adam([weight], fused=True).step()


def _run(order: dict) -> list:
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        _perform(order)
    watched = os.pidfd_open(child)
    ended = select.select([watched], [], [], order["kill_after"])[0]
    os.close(watched)
    if not ended:
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return [status, time.monotonic() - began]


def _perform(order: dict) -> None:
    from augury.command import script
    from tests.faults import hazards
    from tests.scripts.in_process import call

    code = 70
    try:
        log = os.open(order["log"], os.O_WRONLY | os.O_APPEND)
        os.dup2(log, 1)
        os.dup2(log, 2)
        for name, given in order["hazards"]:
            getattr(hazards, name)(**given)
        script.run(lambda: call(order["script"], order["words"]))
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)  # nothing of the nursery's is run in a child


if __name__ == "__main__":
    _serve()
