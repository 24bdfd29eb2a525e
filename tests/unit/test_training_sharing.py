"""Processes that choose among several devices."""

import contextlib
import subprocess
import sys

from tests.faults.forked import SCRIPTS

CODE = "import sys, pathlib; from augury.training.sharing import claim; "
CODE += "print(claim(sys.argv[2:], pathlib.Path(sys.argv[1])), flush=True); sys.stdin.read()"


@contextlib.contextmanager
def claiming(folder, *devices):
    """A process that holds what it chose until the block ends: the device's place."""
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, str(folder), *devices],
        cwd=SCRIPTS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield int(process.stdout.readline()), process
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
