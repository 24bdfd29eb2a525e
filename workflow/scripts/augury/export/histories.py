"""Histories of trainings, from the JSON lines beside their logs, as TensorBoard has them."""

import json
import math
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

STEPS = ("train_generator", "train_classifier")  # whose ticks are of a training
_FRAME = ("label", "done", "total", "unit", "seconds_left")  # of a line of progress

History = Sequence[Mapping[str, Any]]


def histories_below(logs: Path) -> dict[str, History]:
    """Ticks of each training, by its path below `logs` without .jsonl; trainings without a tick are left out."""
    found: dict[str, History] = {}
    for path in sorted(logs.rglob("*.jsonl")):
        if any(step in path.parts for step in STEPS) and (ticks := _ticks(path)):
            found[path.relative_to(logs).with_suffix("").as_posix()] = ticks
    return found


def write_runs(histories: Mapping[str, History], output: Path) -> int:
    """One run for each, replaced where it is there already; returns how many numbers they hold."""
    from tensorboardX import SummaryWriter

    points = 0
    for name, ticks in histories.items():
        shutil.rmtree(output / name, ignore_errors=True)
        with SummaryWriter(str(output / name)) as writer:
            for tick in ticks:
                step = _step(tick)
                for key, value in tick.items():
                    if key not in _FRAME and isinstance(value, int | float) and math.isfinite(value):
                        writer.add_scalar(key, value, step)
                        points += 1
    return points


def _step(tick: Mapping[str, Any]) -> int:
    """Images seen, where a training counts them, else epochs: TensorBoard's steps are whole numbers."""
    kimg = tick.get("kimg", tick["done"] if tick["unit"] == "kimg" else None)
    return round(tick["done"]) if kimg is None else round(1000 * kimg)


def _ticks(path: Path) -> list[dict[str, Any]]:
    ticks = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            tick = json.loads(line)
        except ValueError:
            continue  # a training that runs has not finished it
        if isinstance(tick, dict) and {"done", "unit"} <= tick.keys() and len(tick.keys() - set(_FRAME)) > 0:
            ticks.append(tick)
    return ticks
