"""Processes that choose among several devices."""

import contextlib
import subprocess
import sys

from tests.faults.forked import SCRIPTS

CODE = "import sys, pathlib; from augury.training.sharing import claim; "
CODE += "print(*claim(sys.argv[3:], pathlib.Path(sys.argv[1]), int(sys.argv[2])), flush=True); sys.stdin.read()"


@contextlib.contextmanager
def claiming(folder, *devices, count=1):
    """A process that holds what it chose until the block ends: the device's place, or a list of several."""
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, str(folder), str(count), *devices],
        cwd=SCRIPTS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        places = [int(word) for word in process.stdout.readline().split()]
        yield places[0] if count == 1 else places, process
    finally:
        process.kill()
        process.communicate()


def test_processes_spread_over_devices_and_make_room_when_they_are_killed(tmp_path):
    folder = tmp_path / "locks"
    with contextlib.ExitStack() as stack:
        claims = [stack.enter_context(claiming(folder, "a", "b", "c")) for _ in range(5)]
        assert [index for index, _ in claims] == [0, 1, 2, 0, 1]
        claims[1][1].kill()
        claims[1][1].wait()
        assert stack.enter_context(claiming(folder, "a", "b", "c"))[0] == 1
        # One that sees fewer devices, as a cluster's job may, knows them by their names.
        assert stack.enter_context(claiming(folder, "b", "c"))[0] == 1


def test_where_no_lock_can_be_had_it_is_the_first(tmp_path):
    (tmp_path / "locks").write_text("a file")
    with claiming(tmp_path / "locks", "a", "b") as (index, _):
        assert index == 0
    with claiming(tmp_path / "locks", "a", "b", "c", count=2) as (places, _):
        assert places == [0, 1]


def test_one_that_needs_several_holds_different_ones(tmp_path):
    folder, devices = tmp_path / "locks", ("a", "b", "c", "d")
    with contextlib.ExitStack() as stack:
        assert stack.enter_context(claiming(folder, *devices))[0] == 0
        assert stack.enter_context(claiming(folder, *devices, count=2))[0] == [1, 2]
        # The last that is free, and the first of those that one process holds.
        assert stack.enter_context(claiming(folder, *devices, count=2))[0] == [3, 0]
