"""The time limit of a SLURM job: a training saves its state before it, and its job goes back to the queue.

A job that SLURM ends at its limit counts as failed and costs one of the few tries that a workflow gives it; a job that
is queued again does not, keeps its number, and its training goes on from the state. So one that needs weeks comes to
its end in a queue of a day. https://slurm.schedmd.com/scontrol.html, requeue.

Where a job works on copies, its state lies on a node's disk and is not found again: such a training is not stopped, and
its job not queued again, but told.
"""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import datetime

from augury.command.parent import patient

# Seconds before the limit at which a training leaves: a twentieth of what it has, within these bounds.
SHORTEST, LONGEST, PARTS = 20, 300, 20
ENDED_WITHIN = 120  # seconds in which SLURM ends a job that goes back to the queue
COPIES = "AUGURY_COPIES"  # set where files lie in storage and jobs work on copies of them

_reached = threading.Event()


def job() -> str:
    """The number of the SLURM job that this process belongs to, or nothing."""
    return os.environ.get("SLURM_JOB_ID", "")


def nodes() -> int:
    """How many nodes the job has; its steps know of their own alone."""
    said = _asked("%D")
    return int(said) if said.isdigit() else 1


def watch(say: Callable[[str], None]) -> None:
    """Have a training of this process stop before its job's limit, by a thread; without SLURM, nothing is watched.

    say: takes a sentence for the person who watches, where stopping would be of no use.
    """
    if job() and shutil.which("squeue") and shutil.which("scontrol"):
        # The signal may arrive a moment after the training's own handler has gone.
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        threading.Thread(target=_watch, args=(say,), name="time limit", daemon=True).start()


def queue_again(say: Callable[[str], None]) -> None:
    """Have this job queued again, where its training stopped for the limit; returns where that cannot be.

    For no other stop: a job that a user cancels must not come back, and one that is preempted is queued by SLURM.
    """
    if not _reached.is_set():
        return
    done = subprocess.run(["scontrol", "requeue", job()], capture_output=True, text=True, check=False)
    if done.returncode:
        say(f"SLURM job {job()} is at its time limit and cannot go back to the queue: {done.stderr.strip()}")
        return
    say(f"SLURM job {job()} is at its time limit and goes back to the queue")
    time.sleep(ENDED_WITHIN)  # to end before SLURM ends the job would be a failure


def _watch(say: Callable[[str], None]) -> None:
    patient.wait()  # until a training has begun that can stop and go on
    end = _end_time()
    left = end - time.time() if end else 0
    early = min(max(left / PARTS, SHORTEST), LONGEST)
    # One that has no time to get anywhere would come back for ever.
    if left < 2 * early:
        return
    time.sleep(left - early)
    if not patient.is_set():
        return
    if os.environ.get(COPIES):
        say(
            f"SLURM job {job()} nears its time limit, and this training is not over: its state lies on the node's disk "
            "and is lost with the job. Give jobs a longer `runtime` in the profile, or keep results on a shared disk"
        )
    else:
        _reached.set()
        os.kill(os.getpid(), signal.SIGUSR1)


def _end_time() -> float | None:
    """When SLURM will end this job, in seconds since 1970; None where it will not, or does not say."""
    try:
        return datetime.fromisoformat(_asked("%e")).timestamp()
    except ValueError:
        return None


def _asked(field: str) -> str:
    """What SLURM says of this job, by squeue's name of a field; nothing where it does not."""
    if not job():
        return ""
    command = ["squeue", "--noheader", "--jobs", job(), "--format", field]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
