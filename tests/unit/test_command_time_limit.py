"""A training that leaves before its job's time limit: by stand-ins for SLURM's commands, and a trainer of two lines."""

import os
import subprocess
import sys
import textwrap
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from augury.command import time_limit

SCRIPTS = Path(__file__).parents[2] / "workflow" / "scripts"
TRAINER = """
    import os
    import time
    from augury.command import script, time_limit
    from augury.command.errors import Stopped
    from augury.training.interruption import StopRequest
    time_limit.SHORTEST, time_limit.ENDED_WITHIN = 1, 0

    def main():
        script.start(script.parser("x"))
        with StopRequest() as stop:
            for step in range(int(os.environ["STEPS"])):
                if stop.requested():
                    raise Stopped(f"saved at step {step}")
                time.sleep(0.1)
        print("trained to its end")

    script.run(main)
"""


@pytest.fixture
def train(tmp_path):
    """Run the trainer in a job that SLURM ends at a time; the words that scontrol was given, and how it ended."""
    commands = tmp_path / "bin"
    commands.mkdir()

    def run(end, refuses=False, steps=80, **variables):
        told = tmp_path / "told.txt"
        lines = {"squeue": f"echo {end}", "scontrol": f'echo "$@" >> {told}; echo refused >&2; exit {int(refuses)}'}
        for name, line in lines.items():
            (commands / name).write_text(f"#!/bin/sh\n{line}\n")
            (commands / name).chmod(0o755)
        variables |= {"SLURM_JOB_ID": "77", "PATH": f"{commands}:{os.environ['PATH']}", "STEPS": str(steps)}
        words = [sys.executable, "-c", textwrap.dedent(TRAINER), "--log", str(tmp_path / "x.log")]
        done = subprocess.run(
            words, cwd=SCRIPTS, env=os.environ | variables, capture_output=True, text=True, check=False
        )
        asked = told.read_text().split() if told.exists() else []
        return asked, done.returncode, (tmp_path / "x.log").read_text()

    return run


def at(seconds):
    return (datetime.now() + timedelta(seconds=seconds)).isoformat(timespec="seconds")


def test_a_training_leaves_before_its_limit_and_its_job_is_queued_again(train):
    asked, code, log = train(at(6))
    assert asked == ["requeue", "77"]
    assert code == 143
    assert "saved at step" in log
    assert "SLURM job 77 is at its time limit and goes back to the queue" in log
    assert log.splitlines()[0].endswith("SLURM job 77")
    assert log.splitlines()[-1].endswith("ended with exit code 143")


def test_where_the_queue_does_not_take_it_back_its_state_is_saved_all_the_same(train):
    asked, code, log = train(at(6), refuses=True)
    assert (asked, code) == (["requeue", "77"], 143)
    assert "cannot go back to the queue: refused" in log


def test_where_its_state_would_be_lost_it_goes_on_and_says_so(train):
    asked, code, log = train(at(6), **{time_limit.COPIES: "1"})
    assert (asked, code) == ([], 0)
    assert "SLURM job 77 nears its time limit, and this training is not over: its state lies on the node's disk" in log
    assert "longer `runtime`" in log


@pytest.mark.parametrize("end", ["NONE", at(3600), at(1)], ids=["no limit", "far away", "no time to get anywhere"])
def test_other_jobs_are_left_alone(train, end):
    asked, code, log = train(end, steps=30)
    assert (asked, code) == ([], 0)
    assert log.splitlines()[-1].endswith("ended with exit code 0")


@pytest.mark.parametrize(("said", "nodes"), [("2", 2), ("", 1), ("slurm_load_jobs error", 1)])
def test_a_step_learns_from_slurm_how_many_nodes_its_job_has(tmp_path, monkeypatch, said, nodes):
    """Its own variables speak of the step."""
    assert time_limit.nodes() == 1
    (tmp_path / "squeue").write_text(f"#!/bin/sh\necho {said}\n")
    (tmp_path / "squeue").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("SLURM_JOB_ID", "77")
    monkeypatch.setenv("SLURM_JOB_NUM_NODES", "1")
    assert time_limit.nodes() == nodes
