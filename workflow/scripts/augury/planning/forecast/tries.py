"""Why a step's earlier tries failed: more memory is asked for where too little was the cause, and nowhere else.

The step's log says how a try ended: a script's last line is its exit code. Without that line it was killed outright: at
its time limit, which SLURM knows, or by the kernel, for its memory.
"""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from augury.command.script import ENDED, JOB

MOST_DOUBLINGS = 2
LACKING = re.compile(r"MemoryError|can't allocate memory|cannot allocate memory", re.IGNORECASE)
MEMORY = "OUT_OF_MEMORY"
OTHERS = ("TIMEOUT", "DEADLINE", "PREEMPTED", "CANCELLED", "NODE_FAIL", "BOOT_FAIL")  # SLURM's words for other ends
TAIL = 4096  # bytes of a log that hold what a script said last


class Tries:
    """The tries of a run of Snakemake. log: the path of a step's log by the names of rule and wildcards."""

    def __init__(self, log: Callable[[str, Any], Path | None]) -> None:
        self._log = log
        self._lacked: dict[tuple[Path, int], bool] = {}

    def memory(self, base: Callable[[Any], float] | float) -> Callable[..., int]:
        """Megabytes as a function that Snakemake asks: doubled for each try that had too few, twice at most."""

        def megabytes(wildcards: Any, attempt: int, rulename: str) -> int:
            asked = base(wildcards) if callable(base) else base
            return -int(-asked // 1) * 2 ** self.doublings(rulename, wildcards, attempt)

        return megabytes

    def doublings(self, rule: str, wildcards: Any, attempt: int) -> int:
        """How often a step's memory is doubled; attempt: 1 for the first."""
        path = self._log(rule, wildcards) if attempt > 1 else None
        if path is None:
            return 0
        # While it is asked for the next try, the log is that of the last.
        if (path, attempt) not in self._lacked:
            self._lacked[path, attempt] = lacked_memory(path)
        return min(sum(self._lacked.get((path, number), False) for number in range(2, attempt + 1)), MOST_DOUBLINGS)


def lacked_memory(log: Path) -> bool:
    """Whether the step that wrote a log ended for want of memory."""
    try:
        with log.open("rb") as file:
            first = file.readline().decode(errors="replace")
            file.seek(0, 2)
            file.seek(max(file.tell() - TAIL, 0))
            last = file.read().decode(errors="replace")
    except OSError:
        return False
    number = re.search(rf"{JOB} (\d+)", first)
    ends = states(number[1]) if number else set()
    if MEMORY in ends or LACKING.search(last):
        return True
    return ENDED not in last and not ends.intersection(OTHERS)


def states(job: str) -> set[str]:
    """How SLURM says that a job and its steps ended; nothing where it does not know."""
    accounting = ["sacct", "--noheader", "--parsable2", "--format=State", "--jobs", job]
    controller = ["squeue", "--noheader", "--states=all", "--format=%T", "--jobs", job]
    for command in (accounting, controller):
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        except (OSError, subprocess.TimeoutExpired):
            continue
        # "CANCELLED by 1000" is one of them.
        found = {line.split()[0] for line in done.stdout.splitlines() if line.strip()}
        if done.returncode == 0 and found:
            return found
    return set()
