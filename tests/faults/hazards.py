"""What can go wrong, done to a process that is about to run a script, or to the place where it writes."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from augury.images import mapped_arrays
from augury.training import loop

BALLOON = "balloon"  # the file that fills a disk


def watch(path: str) -> None:
    """Keep the number of completed steps in the file: it outlives a kill."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    _after_each_step(lambda _, number, __: os.pwrite(handle, b"%12d" % (number + 1), 0))


def poison(step: int, times: int) -> None:
    """After that step a weight is NaN, as often as the step is taken, at most `times`."""

    def spoil(task: Any, number: int, attempt: int) -> None:
        if number == step and attempt < times:
            weights = _weights(task)
            with torch.no_grad():
                weights[(0,) * weights.dim()] = float("nan")

    _after_each_step(spoil)


def in_files() -> None:
    """All arrays of images count as too large for the memory."""
    mapped_arrays.BOUND = 0


def fill(folder: str, step: int | None) -> None:
    """Fill the disk that the folder lies on after that step; None: when the last step is done."""

    if step is not None:
        _after_each_step(lambda _, number, __: fill_up(folder) if number == step else None)
        return
    real = loop.run

    def run(task: Any, state: Any) -> Any:
        done = real(task, state)
        fill_up(folder)
        return done

    loop.run = run


def fill_up(folder: str) -> None:
    """Leave no byte on the disk that the folder lies on."""
    with open(Path(folder) / BALLOON, "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\1" * 4096)
        except OSError:
            pass


def small_disk(folder: str, size: str) -> None:
    """An empty disk of that size (as tmpfs takes it) at the folder."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder], check=True)


def read_only(folder: str) -> None:
    """The folder as it is, and nothing can be written there."""
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)


def _after_each_step(act: Callable[[Any, int, int], Any]) -> None:
    real = loop.run

    def run(task: Any, state: Any) -> Any:
        step = task.step

        def followed(number: int, attempt: int) -> Any:
            values = step(number, attempt)
            act(task, number, attempt)
            return values

        task.step = followed
        return real(task, state)

    loop.run = run


def _weights(task: Any) -> torch.Tensor:
    for name in ("generator", "classifier"):
        if hasattr(task, name):
            return next(getattr(task, name).parameters())
    return task.vectors
