"""Fuzzed and hostile images: no crash, no hang, bounded memory, and each of them named."""

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from augury.duplicates.fingerprints import fingerprint
from augury.images.decoding.decode import Unreadable, decode, read_content
from augury.tables.rows import DuplicateRow, ImageRow, QuarantineRow
from augury.tables.table import read_rows
from tests.faults import hostile
from tests.faults.forked import SCRIPTS
from tests.settings import decoding

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # pytest undoes what the decoder has set
MOST_SECONDS = 2.0  # of a processor, for one file
MOST_KIB = 1 << 20
STORM, OF_A_CLASS = 10_000, 500
# A process counts the memory of the one that it was forked from into ru_maxrss; what it took itself is VmHWM.
MEASURED = """
import os, runpy, sys
sys.argv = sys.argv[1:]
sys.path.insert(0, os.path.dirname(sys.argv[0]))
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    with open("/proc/self/status") as status:
        print(next(line for line in status if line.startswith("VmHWM")), file=sys.stderr)
"""


@pytest.mark.parametrize("seed", [0])
def test_every_file_is_used_or_named(tmp_path, seed):
    look_at(tmp_path, 160, seed, bombs=False)


@pytest.mark.parametrize("mode", ["RGBA", "RGB;16"])
def test_a_bomb_just_below_the_limit_takes_little(tmp_path, mode):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "bomb.png").write_bytes(hostile.bomb(mode, hostile.BOMB_PX))
    rows, _, seconds = index(tmp_path)
    assert len(rows) == 1
    assert seconds < MOST_SECONDS + 2  # of which the start of Python takes a part


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(STORM // OF_A_CLASS))
def test_the_storm(tmp_path, seed):
    files = look_at(tmp_path, OF_A_CLASS, seed + 1, bombs=seed == 0)
    for path in files:
        assert look(path) < MOST_SECONDS, path


def test_no_single_file_takes_long(tmp_path):
    for path in set().union(*hostile.write_files(tmp_path, 48, 99, bombs=False)):
        assert look(path) < MOST_SECONDS, path


def look_at(folder: Path, count: int, seed: int, bombs: bool) -> set[Path]:
    """Index that many files as the workflow does; each must be in one of the tables. Then pack what can be used."""
    good, bad, either = hostile.write_files(folder / "images", count, seed, bombs)
    rows, quarantined, _ = index(folder)
    used = {Path(row.path) for row in rows}
    used |= {Path(row.path_b) for row in read_rows(folder / "duplicates.tsv", DuplicateRow) if row.relation == "exact"}
    named = {Path(row.path) for row in quarantined}
    assert used | named == good | bad | either
    assert named >= bad
    assert used >= good
    assert not used & named
    assert all(row.reason for row in quarantined)
    words = ["--index", folder / "index.tsv", "--folder", folder / "images", "--size", 16, "--channels", "rgb"]
    run("pack_class", [*words, "--pack", folder / "pack.npy", "--rows", folder / "pack.tsv"])
    return good | bad | either


def index(folder: Path) -> tuple[list[ImageRow], list[QuarantineRow], float]:
    """The tables of index_class and the processor's seconds that it took."""
    names = ("index", "quarantine", "duplicates", "fingerprints")
    words = ["--folder", folder / "images", "--class", "x", "--settings", json.dumps({"min_size_px": 1})]
    for name in names:
        words += [f"--{name}", folder / f"{name}.{'npy' if name == 'fingerprints' else 'tsv'}"]
    seconds = run("index_class", words)
    return read_rows(folder / "index.tsv", ImageRow), read_rows(folder / "quarantine.tsv", QuarantineRow), seconds


def run(script: str, words: list) -> float:
    """Run a script in a process of its own, which must end well within the memory; seconds of the processor."""
    command = [sys.executable, "-c", MEASURED, str(SCRIPTS / f"{script}.py"), *map(str, words), "--threads", "1"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace")
    output = running.stderr.read()
    _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    assert running.returncode == 0, output
    assert int(output.rpartition("VmHWM:")[2].split()[0]) < MOST_KIB
    return used.ru_utime + used.ru_stime


def look(path: Path) -> float:
    """Seconds of the processor that reading one file takes."""
    began = time.process_time()
    with contextlib.suppress(Unreadable):
        fingerprint(decode(read_content(path, decoding()), decoding()))
    return time.process_time() - began
