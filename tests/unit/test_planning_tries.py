"""Why a try failed, by the log that it left and by stand-ins for SLURM's commands."""

import os
from types import SimpleNamespace

import pytest

from augury.planning.forecast.tries import Tries, lacked_memory, states

FIRST = "[2026-11-27 01:00:00] train_generator.py on node, prefix /x, threads 1, SLURM job 12\nkimg 1\n"
ENDED = "[2026-11-27 01:01:00] ended with exit code {}\n"


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    """Has sacct and squeue say how job 12 and its steps ended; None: the command fails."""
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    def say(sacct=None, squeue=None):
        for name, words in (("sacct", sacct), ("squeue", squeue)):
            lines = "exit 1" if words is None else "\n".join(f'echo "{word}"' for word in words)
            (tmp_path / name).write_text(f'#!/bin/sh\ncase "$*" in *12*) ;; *) exit 1;; esac\n{lines}\n')
            (tmp_path / name).chmod(0o755)

    say()
    return say


def log(tmp_path, text):
    path = tmp_path / "x.log"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    "text, sacct, lacked",
    [
        (FIRST, None, True),  # killed outright, and nobody knows more: the kernel kills for memory
        (FIRST, ["FAILED", "FAILED"], True),
        (FIRST, ["TIMEOUT"], False),
        (FIRST, ["CANCELLED by 1000"], False),
        (FIRST, ["NODE_FAIL"], False),
        (FIRST + ENDED.format(1), None, False),  # a fault of its own
        (FIRST + ENDED.format(143), ["FAILED"], False),
        (FIRST + ENDED.format(0), None, False),  # of an earlier run: this try never began
        (FIRST + ENDED.format(1), ["FAILED", "OUT_OF_MEMORY"], True),  # SLURM's word on one of its steps
        (FIRST + "fault: MemoryError: Unable to allocate 9 GiB\n" + ENDED.format(1), None, True),
    ],
)
def test_the_causes_are_told_apart(tmp_path, slurm, text, sacct, lacked):
    slurm(sacct)
    assert lacked_memory(log(tmp_path, text)) == lacked


def test_without_accounting_the_controller_is_asked(slurm):
    slurm(None, ["OUT_OF_MEMORY"])
    assert states("12") == {"OUT_OF_MEMORY"}
    slurm(["TIMEOUT"], ["FAILED"])
    assert states("12") == {"TIMEOUT"}
    assert states("13") == set()


def test_a_step_without_a_log_has_not_begun(tmp_path, slurm):
    assert not lacked_memory(tmp_path / "none.log")


def test_memory_doubles_twice_at_most_and_for_want_of_it_alone(tmp_path, slurm):
    path, job = tmp_path / "x.log", SimpleNamespace(items={"class_": "a"}.items)
    for ends, expected in (
        ("no log", [1001]),
        (["TIMEOUT"], [1001] * 4),
        (["OUT_OF_MEMORY"], [1001, 2002, 4004, 4004]),
    ):
        tries = Tries(lambda rule, wildcards: path)
        asked, got = tries.memory(lambda wildcards: 1000.2), []
        for attempt in range(1, len(expected) + 1):
            got.append(asked(job, attempt, "train_generator"))
            assert asked(job, attempt, "train_generator") == got[-1]  # Snakemake asks again and again
            slurm(None if ends == "no log" else ends)
            path.write_text(FIRST)
        assert got == expected


def test_what_was_doubled_stays_doubled_after_a_failure_of_another_kind(tmp_path, slurm):
    path, job = log(tmp_path, FIRST), SimpleNamespace()
    tries = Tries(lambda rule, wildcards: path)
    slurm(["OUT_OF_MEMORY"])
    assert tries.doublings("train_generator", job, 2) == 1
    slurm(["TIMEOUT"])
    assert tries.doublings("train_generator", job, 3) == 1
