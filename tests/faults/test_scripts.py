"""Scripts that are killed, whose disk is full or whose weights become NaN: what lies on the disk, and how it ends."""

import random
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from tests.faults import runs
from tests.faults.forked import Nursery, private_mounts
from tests.faults.hazards import BALLOON

KINDS = ("dcgan", "stylegan2", "classifier", "search", "shards", "tables")
TRAINED = KINDS[:4]
STORM = 170  # kills of each kind: over a thousand together
MOST_IN_A_ROW = 30
SPOILED = 9  # the step, counted from 0, after which a weight is NaN
mounts = pytest.mark.skipif(private_mounts() is None, reason="no process may mount for itself here")


class Runs:
    """Kinds of runs, a nursery for them, and what each makes when it is left alone."""

    def __init__(self, folder: Path, nursery: Nursery) -> None:
        self.folder, self.nursery, self.kinds = folder, nursery, runs.prepare(folder, nursery)
        self._seconds: dict[str, float] = {}

    def run(self, name: str, output: Path, *more: object, kill_after: float | None = None, hazards: list | None = None):
        """Run that kind into the folder; more: words at the end of its command line."""
        kind = self.kinds[name]
        return self.nursery.run(kind.script, [*kind.words(output), *more], kill_after, hazards)

    def seconds(self, name: str) -> float:
        """How long the undisturbed run of that kind takes."""
        if name not in self._seconds:
            done = self.run(name, self.folder / f"whole {name}")
            assert done.status == 0, done.output
            assert not (self.folder / f"whole {name}" / ".state").exists()
            self._seconds[name] = done.seconds
        return self._seconds[name]

    def content(self, name: str) -> dict[str, bytes]:
        """The files of the undisturbed run."""
        self.seconds(name)
        return runs.content(self.folder / f"whole {name}")


@pytest.fixture(scope="module")
def all_runs(tmp_path_factory):
    with Nursery(tmp_path_factory.mktemp("nursery"), private=True) as nursery:
        yield Runs(tmp_path_factory.mktemp("runs"), nursery)


@pytest.mark.parametrize("name", KINDS)
def test_a_few_kills(all_runs, tmp_path, name):
    kill(all_runs, name, tmp_path, kills=3)


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_the_storm(all_runs, tmp_path, name):
    print(name, kill(all_runs, name, tmp_path, kills=STORM))


def kill(all_runs: Runs, name: str, folder: Path, kills: int) -> dict[str, int]:
    """Kill runs until there were that many kills, each run as often as it takes to come to its end."""
    moments = random.Random(f"{name} {kills}")
    expected, seconds = all_runs.content(name), all_runs.seconds(name)
    figures = {"kills": 0, "runs": 0, "most steps lost": 0}
    while figures["kills"] < kills:
        output = folder / f"killed{figures['runs']}"
        figures["runs"] += 1
        for turn in range(MOST_IN_A_ROW + 1):
            left_alone = turn == MOST_IN_A_ROW or figures["kills"] >= kills
            moment = None if left_alone else moments.uniform(0, seconds)
            killed = killed_once(all_runs, name, output, moment, expected, figures)
            seconds *= 1.1 if killed else 0.8  # a machine is not always equally fast
            if not killed:
                break
        assert runs.content(output) == expected
        assert runs.leftovers(output) == [] or name == "tables"  # a folder that several steps write to
        runs.remove(output)
    return figures


def killed_once(all_runs, name, output, moment, expected, figures) -> bool:
    """Whether the run was killed, after a look at what it left; False where it came to its end before that."""
    counter, before = output.with_suffix(".steps"), runs.saved_step(output)
    counter.unlink(missing_ok=True)
    ended = all_runs.run(name, output, kill_after=moment, hazards=[["watch", {"path": str(counter)}]])
    assert ended.status in (0, -9), ended.output
    assert before is None or ended.status == -9 or f"resuming at step {before} " in ended.output
    if ended.status == 0:
        return False
    figures["kills"] += 1
    runs.check_readable(output)
    if runs.is_complete(output):
        assert runs.content(output) == expected
        return True
    taken, saved = counter.read_text() if counter.exists() else "", runs.saved_step(output) or 0
    assert saved >= (before or 0)
    lost = int(taken) - saved if taken else 0
    assert lost <= 1  # these runs have a mark at every step
    figures["most steps lost"] = max(figures["most steps lost"], lost)
    return True


@mounts
@pytest.mark.parametrize("name, step", [("dcgan", 15), ("classifier", 10), ("search", 6), ("dcgan", None)])
def test_a_training_goes_on_once_there_is_room(all_runs, tmp_path, name, step):
    disk, output = all_runs.nursery.mount("small_disk", tmp_path / "disk", "20m"), tmp_path / "disk" / "out"
    stopped = all_runs.run(name, output, hazards=[["fill", {"folder": str(tmp_path / "disk"), "step": step}]])
    assert stopped.status == 2
    assert f"error: {output}" in stopped.output
    assert "(No space left on device); free some space and start again" in stopped.output
    # Full after a step: the checkpoint of the step before is the last. Full after the end: that of the end.
    saved = runs.saved_step(disk / "out")
    assert step is None or saved == step
    runs.check_readable(disk / "out")
    (disk / BALLOON).unlink()
    done = all_runs.run(name, output)
    assert done.status == 0
    assert f"resuming at step {saved} of" in done.output
    assert runs.content(disk / "out") == all_runs.content(name)


@pytest.mark.parametrize("name", ["dcgan", "classifier"])
def test_images_that_lie_in_a_file_train_the_same(all_runs, tmp_path, name):
    expected, killed = all_runs.content(name), tmp_path / "killed"
    for _ in range(MOST_IN_A_ROW):
        ended = all_runs.run(name, killed, kill_after=all_runs.seconds(name) * 0.8, hazards=[["in_files", {}]])
        assert not list(killed.glob(".images.*"))
        if ended.status == 0:
            break
        assert ended.status == -9, ended.output
    assert runs.content(killed) == expected


@mounts
def test_no_room_for_images_is_told_in_a_sentence(all_runs, tmp_path):
    disk, output = all_runs.nursery.mount("small_disk", tmp_path / "disk", "20k"), tmp_path / "disk" / "out"
    ended = all_runs.run("dcgan", output, hazards=[["in_files", {}]])
    assert ended.status == 2
    assert f"error: {output} cannot be used (No space left on device); free some space and start again" in ended.output
    assert list(disk.rglob("*")) == [disk / "out"]


@mounts
@pytest.mark.parametrize("name, size", [("shards", "120k"), ("tables", "4k"), ("pack", "200k")])
def test_writers_on_a_full_disk_leave_nothing_half_written(all_runs, tmp_path, name, size):
    disk = all_runs.nursery.mount("small_disk", tmp_path / "disk", size)
    ended = all_runs.run(name, tmp_path / "disk")
    assert ended.status == 2, ended.output
    assert "No space left on device" in ended.output
    runs.check_readable(disk)
    assert runs.leftovers(disk) == []
    assert not runs.is_complete(disk)


@mounts
@pytest.mark.parametrize("name", ["dcgan", "search", "shards", "tables", "pack"])
def test_a_folder_that_cannot_be_written_is_named(all_runs, tmp_path, name):
    all_runs.nursery.mount("read_only", tmp_path / "results")
    ended = all_runs.run(name, tmp_path / "results" / "out")
    assert ended.status == 2, ended.output
    assert f"error: {tmp_path / 'results' / 'out'}" in ended.output
    assert "(Read-only file system); mend its permissions, or name another place" in ended.output


@mounts
def test_a_log_on_a_full_disk_is_no_riddle(all_runs, tmp_path):
    all_runs.nursery.mount("small_disk", tmp_path / "disk", "8k")
    ended = all_runs.run("dcgan", tmp_path / "out", "--log", tmp_path / "disk" / "x.log")
    assert ended.status != 0
    assert "No space left on device" in ended.output


def test_a_pack_has_the_bytes_that_numpy_writes(all_runs, tmp_path):
    assert all_runs.run("pack", tmp_path).status == 0
    np.save(tmp_path / "again.npy", np.load(tmp_path / "a.npy"))
    assert (tmp_path / "a.npy").read_bytes().startswith((tmp_path / "again.npy").read_bytes())


def spoiled(all_runs: Runs, name: str, output: Path, times: int):
    return all_runs.run(name, output, hazards=[["poison", {"step": SPOILED, "times": times}]])


@pytest.mark.parametrize("name", TRAINED)
def test_a_weight_that_is_nan_is_found_within_a_step_and_rolled_back(all_runs, tmp_path, name):
    ended = spoiled(all_runs, name, tmp_path, times=1)
    assert ended.status == 0, ended.output
    match, back = re.findall(r"not a finite number at step (\d+); back to step (\d+) ", ended.output)[0]
    assert int(match) - (SPOILED + 1) in (0, 1)
    assert int(back) == SPOILED
    assert ended.output.count("(rollback ") == 1
    for path in tmp_path.rglob("*.safetensors"):
        assert all(torch.isfinite(each).all() for each in load_file(path).values() if each.is_floating_point()), path


@pytest.mark.parametrize("name", TRAINED)
def test_after_three_rollbacks_it_ends_and_says_what_to_try(all_runs, tmp_path, name):
    ended = spoiled(all_runs, name, tmp_path, times=9)
    assert ended.status == 1
    assert [f"(rollback {number} of 3)" in ended.output for number in (1, 2, 3, 4)] == [True] * 3 + [False]
    assert "again after 3 rollbacks; lower the learning rate" in ended.output
    assert runs.saved_step(tmp_path) == SPOILED
    runs.check_readable(tmp_path)
    assert not runs.is_complete(tmp_path)
