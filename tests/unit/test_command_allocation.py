"""Freed memory that is kept: the same block costs no new pages."""

import subprocess
import sys

import pytest

from tests.faults.forked import SCRIPTS

CODE = """
import resource, sys
from augury.command.allocation import keep_freed_memory
if sys.argv[1] == "kept" and not keep_freed_memory():
    sys.exit(3)
import torch
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        torch.ones(16 << 20)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
faults()
print(faults())
"""


def faults(how):
    """Pages that ten blocks of 64 MiB cost after the first ten."""
    done = subprocess.run([sys.executable, "-c", CODE, how], cwd=SCRIPTS, capture_output=True, text=True, check=False)
    if done.returncode == 3:
        pytest.skip("another C library")
    return int(done.stdout)


def test_a_block_that_was_freed_is_used_again():
    assert faults("kept") * 5 < faults("given back")
