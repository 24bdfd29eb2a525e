"""Steps that are no trainers end with the workflow that started them, and leave no half file."""

import os
import signal
import subprocess
import sys
import time

from tests.faults.forked import SCRIPTS

BODY = """
import sys, time
from pathlib import Path
from augury.command import script
from augury.command.files import atomic

def main():
    script.start(script.parser("x"))
    with atomic("whole.txt") as path:
        path.write_text("whole")
    with atomic("half.txt") as path:
        path.write_text("half")
        Path("began").touch()
        {wait}

script.run(main)
"""
WAITS = {
    "in Python": "for _ in range(600): time.sleep(0.1)",
    "in one call": "time.sleep(60)",
}


def started(folder, wait):
    """A shell that starts the step and waits, as Snakemake does, and the step's process id."""
    (folder / "tried.py").write_text(BODY.format(wait=wait))
    step = f"export AUGURY_PARENT=$PPID; {sys.executable} tried.py >said 2>&1 & echo $! >step; wait $!; echo $? >status"
    # The outer process stands for Snakemake: it starts a shell and waits for it.
    outer = f"import subprocess; subprocess.run(['bash', '-c', {step!r}])"
    environment = os.environ | {"PYTHONPATH": str(SCRIPTS)}
    parent = subprocess.Popen([sys.executable, "-c", outer], cwd=folder, env=environment)
    until = time.monotonic() + 30
    while not (folder / "began").exists():
        assert time.monotonic() < until, (folder / "said").read_text()
        time.sleep(0.02)
    return parent


def test_a_step_ends_soon_after_its_workflow_was_killed(tmp_path):
    for name, wait in WAITS.items():
        folder = tmp_path / name
        folder.mkdir()
        parent = started(folder, wait)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        until = time.monotonic() + 10
        while not ((folder / "status").exists() and (folder / "status").read_text()):
            assert time.monotonic() < until, name
            time.sleep(0.05)
        assert (folder / "status").read_text() == "143\n"
        assert "stopped: the workflow that started this step has ended" in (folder / "said").read_text()
        left = {path.name for path in folder.iterdir()}
        assert left == {"tried.py", "whole.txt", "began", "said", "step", "status"}


def test_by_hand_nothing_is_watched(tmp_path):
    (tmp_path / "tried.py").write_text(BODY.format(wait="time.sleep(1.5)"))
    environment = {key: value for key, value in os.environ.items() if key != "AUGURY_PARENT"}
    words = f"{sys.executable} tried.py & echo $!"  # the shell that started it is gone at once
    done = subprocess.run(
        ["bash", "-c", words], cwd=tmp_path, env=environment | {"PYTHONPATH": str(SCRIPTS)}, capture_output=True
    )
    assert done.returncode == 0
    assert (tmp_path / "half.txt").read_text() == "half"
