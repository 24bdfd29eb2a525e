"""The training loop on a small task: resume to the bit, rollback, early end, foreign state, lock."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest
import torch

from augury.code.closure import code_digest
from augury.command.errors import Stopped, UserError
from augury.command.progress import format_seconds
from augury.training import loop
from augury.training.checkpoint import StateFolder
from augury.training.fingerprint import fingerprint
from augury.training.randomness import mix_seed, seed_step, stream_indices


class Walk:
    """A task whose state is a vector that takes random steps; at `poison` its loss is NaN until the attempt changes."""

    label, unit = "walk", "epochs"
    device = torch.device("cpu")
    units_per_step = 1.0

    def __init__(self, steps=250, tick=10, poison=None, poison_attempts=1, interrupt=None, end_at=None):
        self.steps, self.steps_per_tick = steps, tick
        self.poison, self.poison_attempts, self.interrupt, self.end_at = poison, poison_attempts, interrupt, end_at
        self.weights = torch.zeros(3)
        self.taken = []

    def step(self, step, attempt):
        if step == self.interrupt:
            os.kill(os.getpid(), signal.SIGTERM)
        self.taken.append(step)
        seed_step("walk", step, attempt)
        self.weights += torch.randn(3)
        bad = step == self.poison and attempt < self.poison_attempts
        return {"loss": torch.tensor(float("nan")) if bad else self.weights.sum()}

    def end_tick(self, step, row):
        row["kilo"] = step / 1000
        return self.end_at is not None and step >= self.end_at

    def state(self):
        return {"weights": self.weights}

    def load_state(self, state):
        self.weights = state["weights"]


def run(task, path, identity=None, threads=1):
    with StateFolder(path, identity or {"a": 1}, threads) as folder:
        history, _ = loop.run(task, folder)
    return task.weights, history


def test_undisturbed_run(tmp_path):
    weights, history = run(Walk(), tmp_path)
    assert [row["step"] for row in history] == list(range(10, 251, 10))
    again, _ = run(Walk(), tmp_path / "again")
    assert torch.equal(weights, again)


@pytest.mark.parametrize("at", [0, 1, 7, 120, 249])
def test_stopped_and_resumed_is_the_same_to_the_bit(tmp_path, at):
    expected = run(Walk(), tmp_path / "a")
    # A signal in the last step comes too late to stop anything.
    with contextlib.nullcontext() if at == 249 else pytest.raises(Stopped, match=f"SIGTERM; saved at step {at + 1} of"):
        run(Walk(interrupt=at), tmp_path / "b")
    resumed = Walk()
    weights, history = run(resumed, tmp_path / "b")
    assert torch.equal(weights, expected[0])
    assert history == expected[1]
    assert len(resumed.taken) == 249 - at


def test_rollback_takes_other_random_numbers_and_goes_on(tmp_path):
    plain, _ = run(Walk(), tmp_path / "a")
    task = Walk(poison=123)
    rolled, history = run(task, tmp_path / "b")
    assert torch.isfinite(rolled).all()
    assert not torch.equal(plain, rolled)
    # Marks lie every 2 steps (250 // 100): from the poisoned step 123 it goes back to 122.
    assert task.taken[122:126] == [122, 123, 122, 123]
    assert len(history) == 25


def test_rollback_then_kill_then_resume_is_the_same(tmp_path):
    expected, _ = run(Walk(poison=123), tmp_path / "a")
    with pytest.raises(Stopped):
        run(Walk(poison=123, interrupt=200), tmp_path / "b")
    weights, _ = run(Walk(poison=123), tmp_path / "b")
    assert torch.equal(weights, expected)


def test_stop_inside_a_mark_interval_keeps_the_mark_for_a_rollback(tmp_path):
    """Resumed at step 123 between the marks 122 and 124, the poison at 123 must lead back to 122."""
    expected, _ = run(Walk(poison=123), tmp_path / "a")
    with pytest.raises(Stopped, match="saved at step 123"):
        run(Walk(poison=123, interrupt=122), tmp_path / "b")
    weights, _ = run(Walk(poison=123), tmp_path / "b")
    assert torch.equal(weights, expected)


def test_gives_up_after_three_rollbacks(tmp_path):
    with pytest.raises(loop.Diverged, match="near step 124, and again after 3 rollbacks"):
        run(Walk(poison=123, poison_attempts=9), tmp_path)


def test_a_weight_that_is_not_finite_is_found_at_the_next_mark(tmp_path):
    class Rotten(Walk):
        def step(self, step, attempt):
            values = super().step(step, attempt)
            if step == 50 and attempt == 0:
                self.weights[0] = float("inf")
                values = {"loss": torch.tensor(0.0)}
            return {name: torch.nan_to_num(value, 0.0, 0.0, 0.0) for name, value in values.items()}

    weights, _ = run(Rotten(), tmp_path)
    assert torch.isfinite(weights).all()


def test_a_weight_that_the_last_step_spoils_between_two_marks_is_found(tmp_path):
    class Rotten(Walk):
        def step(self, step, attempt):
            values = super().step(step, attempt)
            if step == self.steps - 1 and attempt == 0:
                self.weights[0] = float("nan")
            return values

    task = Rotten(steps=305)  # a mark every third step
    weights, history = run(task, tmp_path)
    assert torch.isfinite(weights).all()
    assert task.taken[-4:] == [303, 304, 303, 304]
    assert len(history) == 31


def test_a_task_can_end_early(tmp_path):
    _, history = run(Walk(end_at=60), tmp_path)
    assert history[-1]["step"] == 60


def test_state_of_other_inputs_is_set_aside(tmp_path, capsys):
    with pytest.raises(Stopped):
        run(Walk(interrupt=100), tmp_path, {"data": "x"})
    task = Walk()
    run(task, tmp_path, {"data": "y"})
    assert task.taken[0] == 0
    assert "belongs to other inputs (data)" in capsys.readouterr().out


def test_another_number_of_threads_warns_and_resumes(tmp_path, capsys):
    with pytest.raises(Stopped):
        run(Walk(interrupt=100), tmp_path)
    task = Walk()
    run(task, tmp_path, threads=2)
    assert task.taken[0] == 101
    assert "resuming with 2 threads where 1 were used before" in capsys.readouterr().out


def test_a_damaged_state_starts_afresh(tmp_path):
    with pytest.raises(Stopped):
        run(Walk(interrupt=100), tmp_path)
    path = tmp_path / ".state" / "state.pt"
    path.write_bytes(path.read_bytes()[:100])
    task = Walk()
    run(task, tmp_path)
    assert task.taken[0] == 0


def test_a_state_without_its_fingerprint_is_not_trusted(tmp_path):
    with pytest.raises(Stopped):
        run(Walk(interrupt=100), tmp_path, {"data": "x"})
    (tmp_path / ".state" / "fingerprint.json").unlink()
    task = Walk()
    run(task, tmp_path, {"data": "y"})
    assert task.taken[0] == 0


def test_what_killed_writers_left_is_swept_up(tmp_path):
    left = [tmp_path / ".state" / ".state.pt.abc_d3f9.part", tmp_path / ".history.tsv.01234567.part"]
    others = [tmp_path / ".film.part", tmp_path / ".history.tsv.part", tmp_path / "x.01234567.part"]
    for path in [*left, *others]:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"half")
    with StateFolder(tmp_path, {"a": 1}, 1):
        assert not any(path.exists() for path in left)
        assert all(path.exists() for path in others)


def test_a_planted_pickle_is_not_executed(tmp_path):
    import pickle

    class Evil:
        def __reduce__(self):
            return os.system, (f"touch {tmp_path / 'executed'}",)

    (tmp_path / ".state").mkdir()
    (tmp_path / ".state" / "state.pt").write_bytes(pickle.dumps(Evil()))
    (tmp_path / ".state" / "fingerprint.json").write_text(json.dumps({"fingerprint": {"a": 1}, "threads": 1}))
    task = Walk()
    run(task, tmp_path)
    assert task.taken[0] == 0
    assert not (tmp_path / "executed").exists()


def test_two_runs_at_once_are_refused(tmp_path):
    with StateFolder(tmp_path, {"a": 1}, 1):
        with pytest.raises(UserError, match=rf"in use by process {os.getpid()}"), StateFolder(tmp_path, {"a": 1}, 1):
            pass
        assert (tmp_path / ".state" / "lock").read_text().strip() == str(os.getpid())


def test_an_orphan_saves_and_stops(tmp_path):
    """A trainer whose AUGURY_PARENT is killed with SIGKILL ends by itself, with its state on disk."""
    program = textwrap.dedent(
        f"""
        import sys, time
        sys.path[:0] = {sys.path[:1] + [p for p in sys.path if p.endswith("scripts")]!r}
        from pathlib import Path
        from augury.training import loop
        from augury.training.checkpoint import StateFolder
        from tests.unit.test_training_core import Walk
        class Slow(Walk):
            def step(self, step, attempt):
                time.sleep(0.01)
                return super().step(step, attempt)
        with StateFolder(Path({str(tmp_path)!r}), {{"a": 1}}, 1) as folder:
            loop.run(Slow(steps=100000), folder)
        """
    )
    parent = subprocess.Popen(["sleep", "60"])
    child = subprocess.Popen(
        [sys.executable, "-c", program],
        env=os.environ | {"AUGURY_PARENT": str(parent.pid), "PYTHONPATH": os.getcwd()},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (tmp_path / ".state" / "fingerprint.json").exists():
        assert child.poll() is None, child.stderr.read()
        time.sleep(0.05)
    time.sleep(0.3)
    parent.kill()
    parent.wait()
    _, errors = child.communicate(timeout=20)
    assert "the workflow that started this job has ended; saved at step" in errors
    assert (tmp_path / ".state" / "state.pt").exists()


def test_a_parent_that_was_gone_before_the_start_stops_the_run_at_once(tmp_path, monkeypatch):
    parent = subprocess.Popen(["true"])
    parent.wait()
    monkeypatch.setenv("AUGURY_PARENT", str(parent.pid))
    with pytest.raises(Stopped, match="saved at step 0"):
        run(Walk(), tmp_path)


def test_stream_visits_every_image_once_an_epoch():
    whole = stream_indices(5, 7, 0, 21)
    assert sorted(whole[:7].tolist()) == sorted(whole[7:14].tolist()) == list(range(7))
    assert whole[:7].tolist() != whole[7:14].tolist()
    parts = torch.cat([stream_indices(5, 7, start, 3) for start in range(0, 21, 3)])
    assert torch.equal(whole, parts)


def test_seeds_depend_on_every_part():
    seeds = {mix_seed("a", 1), mix_seed("a", 2), mix_seed("b", 1), mix_seed("a1"), mix_seed("a", "1", "")}
    assert len(seeds) == 5
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_fingerprint_covers_settings_data_and_code():
    code = "train_classifier", ("augury.classifiers.four_block_cnn.network",)
    base = fingerprint({"b": 1, "a": 2}, ["x", "y"], *code)
    assert base == fingerprint({"a": 2, "b": 1}, ["x", "y"], *code)
    assert base["data"] != fingerprint({"b": 1, "a": 2}, ["y", "x"], *code)["data"]
    assert base["settings"] != fingerprint({"b": 1, "a": 3}, ["x", "y"], *code)["settings"]
    assert base["code"] == code_digest(*code)
    assert base["code"] != fingerprint({"b": 1, "a": 2}, ["x", "y"], "train_generator", code[1])["code"]


@pytest.mark.parametrize("seconds, text", [(5, "5s"), (125, "2m05s"), (7800, "2h10m"), (float("nan"), "?")])
def test_seconds_for_people(seconds, text):
    assert format_seconds(seconds) == text


def test_devices_that_are_not_there_are_refused():
    from augury.training.device import choose_device

    if torch.cuda.is_available():
        with pytest.raises(UserError, match="the last one here is cuda:"):
            choose_device("cuda:99", "fp32", 1, True)
    else:
        with pytest.raises(UserError, match="no CUDA device can be used here"):
            choose_device("cuda", "fp32", 1, True)


def test_auto_is_a_place_and_a_precision_that_this_machine_has():
    from augury.training.device import choose_device

    chosen = choose_device("auto", "auto", 1, False)
    assert chosen.device.type == ("cuda" if torch.cuda.is_available() else "cpu")
    assert chosen.device.type == "cuda" or chosen.precision == "fp32"
    assert chosen.describe()["threads"] == 1
