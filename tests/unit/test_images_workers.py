"""A function over many items, by threads or by processes that end with the one that began them."""

import operator
import subprocess
import sys
import time
from pathlib import Path

import pytest

from augury.command.progress import Progress
from augury.images.workers import in_order, ordered, processes

SCRIPTS = Path(__file__).resolve().parents[2] / "workflow" / "scripts"
HOLDS = """
import os, sys, time
sys.path.insert(0, {scripts!r})
from augury.images.workers import processes

if __name__ == "__main__":
    pool = processes(2)
    print(*{{pool.submit(os.getpid).result() for _ in range(20)}}, flush=True)
    time.sleep(60)
"""


def test_results_come_in_the_items_order():
    items = list(range(40))
    assert list(in_order(operator.neg, items, 3, Progress("x", 40, "items"))) == [-item for item in items]
    with processes(2) as pool:
        assert list(ordered(pool, operator.neg, items, 2)) == [-item for item in items]
    assert list(ordered(None, operator.neg, items, 2)) == [-item for item in items]


def test_an_exception_of_a_process_is_raised_here():
    with processes(1) as pool, pytest.raises(ZeroDivisionError):
        list(ordered(pool, (1).__floordiv__, [1, 0], 1))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes are looked up in /proc")
def test_processes_end_when_the_one_that_began_them_is_killed(tmp_path):
    script = tmp_path / "holds.py"
    script.write_text(HOLDS.format(scripts=str(SCRIPTS)))
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as holder:
        workers = [int(word) for word in holder.stdout.readline().split()]
        assert workers
        assert all(Path(f"/proc/{worker}").exists() for worker in workers)
        holder.kill()
    until = time.monotonic() + 20
    while any(_lives(worker) for worker in workers):
        assert time.monotonic() < until, "a worker outlived the process that began it"
        time.sleep(0.2)


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False
