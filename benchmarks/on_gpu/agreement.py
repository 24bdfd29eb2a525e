"""Does the device compute what the CPU does, twice the same, and the same again after a stop?"""

import contextlib
import io
import os
import time
import warnings
from collections import Counter
from collections.abc import Callable
from typing import Any

import torch

from on_gpu import cases
from on_gpu.same_draws import SameDraws

Build = Callable[[str, str], Any]  # device, precision -> a task of the training loop
STEPS, AGAIN = 3, 12
_COUNTS = ("accuracy", "accuracy_train", "r_t")  # one image on the other side changes them by much


def generator_steps(name: str, device: str, small: bool) -> list[dict[str, Any]]:
    """All that is asked of a family of generators."""
    settings, conditional = cases.GENERATORS[name]
    settings = cases.small(settings) if small else settings
    return _all(lambda at, precision: cases.generator(settings, conditional, at, precision), device)


def classifier_steps(name: str, device: str, small: bool) -> list[dict[str, Any]]:
    """All that is asked of a classifier."""
    settings = cases.CLASSIFIERS[name]
    return _all(lambda at, precision: cases.classifier(settings, at, precision), device)


def _all(build: Build, device: str) -> list[dict[str, Any]]:
    torch.set_num_threads(1)
    with contextlib.redirect_stdout(io.StringIO()):
        rows = [compared(build, device), resumed(build, device), precise(build, device)]
        if torch.device(device).type == "cuda":
            rows += [waits(build, device), recorded(build, device)]
    return rows


def compared(build: Build, device: str) -> dict[str, Any]:
    """The largest relative difference of anything told in each of the first steps, in fp32 with the same draws."""
    values_of = []
    for on in ("cpu", device):
        with SameDraws():
            task = build(on, "fp32")
            values_of.append([_values(task.step(step, 0)) for step in range(STEPS)])
    apart = [
        max(abs(one[key] - other[key]) / max(abs(one[key]), 1e-3) for key in one if key not in _COUNTS)
        for one, other in zip(*values_of, strict=True)
    ]
    return {"of": "fp32 beside the CPU"} | {f"step{step}": value for step, value in enumerate(apart)}


def resumed(build: Build, device: str) -> dict[str, Any]:
    """The largest difference of any weight between two runs, and between one run and one that was stopped halfway."""
    whole, second = _run(build(device, "auto"), 0, AGAIN), _run(build(device, "auto"), 0, AGAIN)
    half = _run(build(device, "auto"), 0, AGAIN // 2)
    kept = io.BytesIO()
    torch.save(half.state(), kept)
    kept.seek(0)
    other = build(device, "auto")
    other.load_state(torch.load(kept, map_location="cpu", weights_only=True))
    resumed = _run(other, AGAIN // 2, AGAIN)
    return {"of": "runs", "twice": _apart(whole, second), "resumed": _apart(whole, resumed)}


def recorded(build: Build, device: str) -> dict[str, Any]:
    """The largest difference of any weight between steps as they are and steps from a recording, and recordings."""
    plain, played = build(device, "auto"), build(device, "auto")
    plain.replayed.active, played.replayed.active = False, True
    apart = _apart(_run(plain, 0, AGAIN), _run(played, 0, AGAIN))
    made = sum(each is not None for each in played.replayed.recordings.values())
    return {"of": "recorded", "apart": apart, "recordings": made, "of_kinds": len(played.replayed.runs)}


def precise(build: Build, device: str) -> dict[str, Any]:
    """Some steps in the precision that `auto` takes, and seconds per step."""
    task = build(device, "auto")
    _run(task, 0, 2)
    began = time.perf_counter()
    rows = [_values(task.step(step, 0)) for step in range(2, 6)]
    row: dict[str, Any] = {"of": task.on_device.precision, "seconds_a_step": (time.perf_counter() - began) / 4}
    if hasattr(task, "end_tick"):
        task.end_tick(6, row)
    bad = [key for values in rows for key, value in values.items() if value != value or abs(value) == float("inf")]
    return row | {"not_finite": bad}


def waits(build: Build, device: str) -> dict[str, Any]:
    """How often a step waits for the device, and where."""
    task = _run(build(device, "auto"), 0, 2)
    steps = 17
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        torch.cuda.set_sync_debug_mode("warn")
        try:
            _run(task, 2, 2 + steps)
        finally:
            torch.cuda.set_sync_debug_mode("default")
    where = Counter(
        f"{os.path.basename(each.filename)}:{each.lineno}" for each in caught if "synchron" in str(each.message)
    )
    return {"of": "waits a step", "in_all": sum(where.values()) / steps, "where": dict(where.most_common(6))}


def _run(task: Any, first: int, last: int) -> Any:
    for step in range(first, last):
        task.step(step, 0)
    return task


def _values(tensors: dict[str, torch.Tensor]) -> dict[str, float]:
    return {key: float(value) for key, value in tensors.items()}


def _apart(one: Any, other: Any) -> float:
    largest = 0.0
    for mine, theirs in zip(_tensors(one.state()), _tensors(other.state()), strict=True):
        if mine.is_floating_point() and mine.numel():
            largest = max(largest, float((mine.double().cpu() - theirs.double().cpu()).abs().max()))
    return largest


def _tensors(value: Any) -> list[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, dict):
        return [tensor for key in value for tensor in _tensors(value[key]) if key not in ("optimiser", "optimisers")]
    return [tensor for each in value for tensor in _tensors(each)] if isinstance(value, list | tuple) else []
