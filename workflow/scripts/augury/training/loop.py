"""The loop that trains everything: generators, classifiers, searches.

A task brings its step; the loop brings rollback points in memory, checkpoints on disk, the stop on a signal, the watch
over non-finite numbers, history and progress. Rollback points lie at fixed steps, so a run that was killed and resumed,
or rolled back, takes the same path as one that was left alone. Of several processes all decide alike, and the first
saves.
"""

import os
import time
from typing import Any, Protocol

import torch

from augury.command import script
from augury.command.errors import Stopped
from augury.command.progress import Progress
from augury.images.mapped_arrays import give_back
from augury.training import processes
from augury.training.checkpoint import StateFolder
from augury.training.interruption import StopRequest

ROLLBACK_POINTS = 100  # a rollback or a hard kill loses at most a hundredth of the run, or the seconds below
SAVE_SECONDS = float(os.environ.get("AUGURY_SAVE_SECONDS", "10"))  # at least this long between checkpoints on disk
MAX_ROLLBACKS = 3
CHECK_STEPS_ON_GPU = 16  # reading a loss waits for the device


class Diverged(Exception):
    """The loss or a weight kept becoming infinite or NaN."""


class Task(Protocol):
    """What the loop trains."""

    label: str  # shown with the progress
    steps: int  # length of the run
    steps_per_tick: int  # a tick is a row of the history
    unit: str  # of the progress: kimg or epochs
    units_per_step: float
    device: torch.device

    def step(self, step: int, attempt: int) -> dict[str, torch.Tensor]:
        """Train on step `step` (from 0) and return scalar tensors, which are averaged over the tick.

        Randomness depends on the step and on `attempt`, the number of rollbacks so far.
        """

    def end_tick(self, step: int, row: dict[str, Any]) -> bool:
        """After `step` steps: add to the history row; True ends the run early."""

    def state(self) -> dict[str, Any]:
        """Tensors and plain values, by reference, from which load_state brings the task back."""

    def load_state(self, state: dict[str, Any]) -> None:
        """Continue from what state returned."""


def run(task: Task, folder: StateFolder) -> tuple[list[dict[str, Any]], float]:
    """Train `task` to its end. Returns the history, one row per tick, and the seconds that all runs together took.

    Raises Stopped after a signal, with the state saved; Diverged after too many rollbacks.
    """
    with StopRequest() as stop:
        loop = _Loop(task, folder, stop)
        try:
            return loop.run()
        except processes.Lost as lost:
            # Amid a step: what it has changed so far is given up.
            raise processes.Lost(f"{task.label}: {lost}; saved at step {loop.save_rollback_point()}") from lost


class _Loop:
    def __init__(self, task: Task, folder: StateFolder, stop: StopRequest) -> None:
        self.task, self.folder, self.stop = task, folder, stop
        self.position: dict[str, Any] = {"step": 0, "attempt": 0, "history": [], "sums": {}, "done": False}
        self.seconds_before = 0.0
        self.rollback_steps = max(1, task.steps // ROLLBACK_POINTS)
        self.check_steps = 1 if task.device.type == "cpu" else CHECK_STEPS_ON_GPU
        self.pending: list[torch.Tensor] = []

    def run(self) -> tuple[list[dict[str, Any]], float]:
        self._resume()
        self.began = self.saved = time.monotonic()
        task, position = self.task, self.position
        progress = Progress(
            task.label, task.steps * task.units_per_step, task.unit, position["step"] * task.units_per_step
        )
        while position["step"] < task.steps and not position["done"]:
            if processes.any_of(self.stop.requested()):
                self.folder.save({"now": self._snapshot(), "rollback_point": self.rollback_point})
                why = self.stop.reason or "another of its processes was stopped"
                raise Stopped(f"{task.label}: {why}; saved at step {position['step']} of {task.steps}")
            values = task.step(position["step"], position["attempt"])
            give_back()
            position["step"] += 1
            self._add(values)
            if not self._finite():
                self._roll_back()
                continue
            if position["step"] % task.steps_per_tick == 0 or position["step"] == task.steps:
                self._end_tick(progress)
            # The last step may lie between two rollback points; what it left must be finite too.
            if position["step"] % self.rollback_steps == 0 or position["step"] == task.steps or position["done"]:
                self._keep_rollback_point()
        self.folder.save({"now": self._snapshot(), "rollback_point": None})
        return position["history"], self._seconds()

    def save_rollback_point(self) -> int:
        """Save the last rollback point, and say at which step it lies."""
        self.folder.save({"now": self.rollback_point, "rollback_point": None})
        return self.rollback_point["position"]["step"]

    def _resume(self) -> None:
        saved = self.folder.load()
        if saved:
            self._restore(saved["now"])
            self.seconds_before = saved["now"]["seconds"]
            script.tell(f"{self.task.label}: resuming at step {self.position['step']} of {self.task.steps}")
        self.rollback_point: dict[str, Any] = (saved and saved["rollback_point"]) or self._snapshot()

    def _add(self, values: dict[str, torch.Tensor]) -> None:
        # Sums in float64 and in a fixed order: the mean of a tick does not depend on where a run was resumed.
        # One tensor holds all columns of a step, by their names: a GPU is asked for it once, not for each of them.
        sums, names = self.position["sums"], "\n".join(values)
        stacked = torch.stack([value.detach().reshape(()) for value in values.values()]).double()
        stacked = processes.mean(stacked)  # all are means over images
        sums[names] = sums[names] + stacked if names in sums else stacked
        self.pending.append(stacked)

    def _finite(self) -> bool:
        due = self.position["step"] % self.check_steps == 0 or self.position["step"] % self.rollback_steps == 0
        if not (due or self.position["step"] == self.task.steps):
            return True
        finite = bool(torch.isfinite(torch.cat(self.pending)).all())
        self.pending.clear()
        return finite

    def _end_tick(self, progress: Progress) -> None:
        position, task = self.position, self.task
        steps = position["step"] % task.steps_per_tick or task.steps_per_tick
        row: dict[str, Any] = {"step": position["step"]}
        for names, total in position["sums"].items():
            row |= dict(zip(names.split("\n"), (total / steps).tolist(), strict=True))
        position["sums"] = {}
        position["done"] = task.end_tick(position["step"], row)
        position["history"].append(row)
        shown = {name: value for name, value in row.items() if isinstance(value, float)}
        progress.update(position["step"] * task.units_per_step, **shown)

    def _keep_rollback_point(self) -> None:
        snapshot = self._snapshot()
        if not _all_finite(snapshot["task"]):
            self._roll_back()
            return
        self.rollback_point = snapshot
        if time.monotonic() - self.saved >= SAVE_SECONDS:
            self.folder.save({"now": snapshot, "rollback_point": None})
            self.saved = time.monotonic()

    def _roll_back(self) -> None:
        step, attempt = self.position["step"], self.position["attempt"] + 1
        if attempt > MAX_ROLLBACKS:
            raise Diverged(
                f"{self.task.label}: the loss or a weight became infinite or NaN near step {step}, and again after "
                f"{MAX_ROLLBACKS} rollbacks; lower the learning rate or set `precision: fp32`"
            )
        self._restore(self.rollback_point)
        self.position["attempt"] = attempt
        self.pending.clear()
        script.tell(
            f"{self.task.label}: not a finite number at step {step}; back to step {self.position['step']} "
            f"with other random numbers (rollback {attempt} of {MAX_ROLLBACKS})"
        )

    def _snapshot(self) -> dict[str, Any]:
        position = self.position | {"history": [dict(row) for row in self.position["history"]]}
        return {"position": _clone(position), "task": _clone(self.task.state()), "seconds": self._seconds()}

    def _restore(self, snapshot: dict[str, Any]) -> None:
        position = _clone(snapshot["position"])
        position["sums"] = {name: value.to(self.task.device) for name, value in position["sums"].items()}
        self.position.clear()
        self.position.update(position)
        self.task.load_state(_clone(snapshot["task"]))

    def _seconds(self) -> float:
        return self.seconds_before + time.monotonic() - getattr(self, "began", time.monotonic())


def _clone(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.detach().clone(memory_format=torch.preserve_format)
    if isinstance(value, dict):
        return {key: _clone(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_clone(each) for each in value)
    return value


def _all_finite(value: Any) -> bool:
    if isinstance(value, torch.Tensor):
        return not value.is_floating_point() or bool(torch.isfinite(value).all())
    if isinstance(value, dict):
        return all(_all_finite(each) for each in value.values())
    if isinstance(value, list | tuple):
        return all(_all_finite(each) for each in value)
    return True
