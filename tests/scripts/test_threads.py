"""A step works with the threads that it was given, whatever library does the work, on however many cores."""

import json
import subprocess
import sys

import pytest

from tests.scripts.in_process import SCRIPTS

# Every kind of work that steps do, and then the clock ticks that each thread of the process has used.
PROGRAM = """
import json
import time
from pathlib import Path
from augury.command import script
from augury.command.progress import Progress
threads = script.start(script.parser("x")).threads
import cv2, numba, numpy, scipy.linalg, threadpoolctl, torch
from PIL import Image
from augury.images.workers import in_order
from augury.training.device import choose_device
choose_device("cpu", "fp32", threads, False)
network = torch.nn.Sequential(torch.nn.Conv2d(3, 32, 3), torch.nn.ReLU(), torch.nn.Conv2d(32, 32, 3))
for _ in range(3):
    network(torch.rand(32, 3, 64, 64)).square().mean().backward()
a = numpy.random.default_rng(0).random((500, 500))
for _ in range(4):
    a = a @ a / 1000
scipy.linalg.svd(a)
image = numpy.zeros((1500, 1500, 3), numpy.uint8)
for _ in range(5):
    cv2.GaussianBlur(image, (31, 31), 5)
resize = lambda _: Image.fromarray(image).resize((900, 900), Image.Resampling.BICUBIC)
list(in_order(resize, range(30), threads, Progress("x", 30, "images")))
time.sleep(1)  # those that worked for in_order end by themselves, and the system forgets them a little later
ticks = []
for task in Path("/proc/self/task").iterdir():
    fields = (task / "stat").read_text().rpartition(")")[2].split()
    ticks.append(int(fields[11]) + int(fields[12]))
counts = {pool["num_threads"] for pool in threadpoolctl.threadpool_info()}
counts |= {torch.get_num_threads(), cv2.getNumThreads(), numba.config.NUMBA_NUM_THREADS}
print(json.dumps({"counts": sorted(counts), "ticks": sorted(ticks)}))
"""


@pytest.mark.parametrize("threads", [1, 2])
def test_no_library_works_with_more_threads(threads, tmp_path):
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": str(SCRIPTS)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "--threads", str(threads)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    record = json.loads(done.stdout.splitlines()[-1])
    assert record["counts"] == [threads]
    *helpers, main = record["ticks"]
    if threads == 1:  # threads that decoded images have ended; a library's own would still be there
        assert all(ticks < 0.1 * main for ticks in helpers), record
