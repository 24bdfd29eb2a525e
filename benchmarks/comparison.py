"""A comparison with a peer: both do the same work in turns, after it was checked that they compute the same."""

import ctypes
import dataclasses
import platform
import time
from collections.abc import Callable

import numpy as np

from augury.command import allocation


@dataclasses.dataclass(frozen=True)
class Comparison:
    """Two ways of one piece of work, ready to run.

    ours, peer: do it once. check: raises AssertionError unless both compute the same. work: what one call does, in the
    unit (images, comparisons ...); None where seconds themselves are told, and fewer are better.
    """

    peer_name: str
    unit: str
    ours: Callable[[], object]
    peer: Callable[[], object]
    check: Callable[[], object]
    work: float | None = None
    peer_work: float | None = None  # where one call of the peer does another amount of work
    rounds: int = 5
    clock: Callable[[], float] = time.perf_counter
    warm_up: bool = True  # one round that is not counted; not where it would take minutes
    tells: bool = False  # both return what is compared, such as megabytes, and fewer are better; no time is taken


@dataclasses.dataclass(frozen=True)
class Row:
    """A row of results.tsv."""

    task: str
    peer: str
    peer_value: float  # median over rounds
    our_value: float
    unit: str
    ratio: float  # how many times better ours is: median over rounds, with the least and the largest
    ratio_low: float
    ratio_high: float
    machine: str


def measure(task: str, made: Comparison) -> Row:
    """Run both in turns, A B A B, after a first round that is not counted."""
    made.check()
    sides, spare = ((made.ours, True), (made.peer, False)), int(made.warm_up)
    took = np.array([[_measured(made, *side) for side in sides] for _ in range(spare + made.rounds)][spare:])
    if made.work is None:
        values, ratios = took, took[:, 1] / took[:, 0]
    else:
        values = np.array([made.work, made.peer_work or made.work]) / took
        ratios = values[:, 0] / values[:, 1]
    ours, peer = np.median(values, axis=0)
    return Row(
        task, made.peer_name, float(peer), float(ours), made.unit,
        float(np.median(ratios)), float(ratios.min()), float(ratios.max()), machine(),
    )  # fmt: skip


def machine() -> str:
    """The processor and the cores in use, and the GPU if there is one."""
    import os

    import torch

    names = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    processor = names[0] if names else platform.processor() or platform.machine()
    gpu = f", {torch.cuda.get_device_name()}" if torch.cuda.is_available() else ""
    return f"{processor}, {len(os.sched_getaffinity(0))} cores{gpu}"


def _allocate_as_usual(usual: bool) -> None:
    """Both sides share a process, but not the way in which ours keeps memory (command.allocation)."""
    if not allocation.keep_freed_memory():
        return
    library = ctypes.CDLL(None)
    # Where glibc itself arrives once blocks of 32 MiB were freed: it goes no further.
    library.mallopt(allocation.M_MMAP_THRESHOLD, (32 << 20) if usual else allocation.MAPPED)
    library.mallopt(allocation.M_TRIM_THRESHOLD, (64 << 20) if usual else allocation.LARGEST)


def _lines(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8") as file:
            return file.readlines()
    except OSError:
        return []


def _measured(made: Comparison, work: Callable[[], object], ours: bool) -> object:
    _allocate_as_usual(not ours)
    if made.tells:
        return work()
    began = made.clock()
    work()
    return made.clock() - began
