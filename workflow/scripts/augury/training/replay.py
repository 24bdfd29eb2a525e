"""Steps that a GPU takes from a recording: small networks keep it waiting for Python, which starts kernel by kernel.

A recording (a CUDA graph; Ng et al. 2021, "Accelerating PyTorch with CUDA Graphs") starts the hundreds of kernels of a
step by one call. They are the same kernels on the same memory, so that the numbers are the same to the bit.
"""

import contextlib
import os
import warnings
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any

import torch

from augury.training import processes

Values = dict[str, torch.Tensor]
Work = Callable[..., Values]
ASKED = os.environ.get("AUGURY_CUDA_GRAPHS", "1") != "0"
BEFORE = 3  # runs before a recording: libraries prepare themselves, optimisers make their state
ROOM = 0.3  # of the memory that a GPU has for this process: a recording keeps what a step needs, beside the next steps


class Replayed:
    """Runs work on tensors, on a GPU from a recording once it has been run some times.

    optimisers: those that the work steps. Work must depend on the tensors it is given, on those that it changes in
    place, on torch's generator and on what its key says, and on nothing else; what it returns is overwritten by the
    next run. Several processes that share a batch are run as they are, and so is work that waits for the GPU or takes
    much of its memory.
    """

    def __init__(self, device: torch.device, optimisers: Iterable[torch.optim.Optimizer]) -> None:
        self.possible = device.type == "cuda" and processes.count() == 1
        self.active = ASKED and self.possible
        self.optimisers = list(optimisers)
        self.stream = torch.cuda.Stream(device) if self.possible else None
        self.forget()

    def forget(self) -> None:
        """Record anew: what the work changes in place lies elsewhere now."""
        self.runs: Counter[Hashable] = Counter()
        self.recordings: dict[Hashable, _Recording | None] = {}
        self.pool: Any = None  # recordings share their memory: no two run at once

    def __call__(self, key: Hashable, work: Work, *given: torch.Tensor) -> Values:
        """What `work` makes of `given`. key: what else it depends on; None where that changes from step to step."""
        if not self.active or key is None:
            return work(*given)
        key = key, *((each.shape, each.stride(), each.dtype) for each in given)
        if key not in self.recordings:
            self.runs[key] += 1
            if self.runs[key] <= BEFORE:
                made, fit = self._run(work, given)
                if self.runs[key] == BEFORE and not fit:
                    self.recordings[key] = None
                return made
            made_now = _Recording(work, given, self.optimisers, self.stream, self.pool)
            self.recordings[key], self.pool = made_now, made_now.graph.pool()
        recording = self.recordings[key]
        return work(*given) if recording is None else recording.replay(given)

    def _run(self, work: Work, given: tuple[torch.Tensor, ...]) -> tuple[Values, bool]:
        # On the stream that records, as what backward passes hold belongs to a stream; and whether to record it.
        assert self.stream is not None
        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        with _waits() as waits, torch.cuda.stream(self.stream):
            made = work(*given)
        torch.cuda.synchronize()
        free = torch.cuda.mem_get_info()[0] + torch.cuda.memory_reserved()
        return made, not waits and torch.cuda.max_memory_allocated() - before < ROOM * free


class _Recording:
    def __init__(
        self,
        work: Work,
        given: tuple[torch.Tensor, ...],
        optimisers: list[torch.optim.Optimizer],
        stream: torch.cuda.Stream | None,
        pool: Any,
    ) -> None:
        self.given = [each.clone() for each in given]
        self.graph = torch.cuda.CUDAGraph()
        with _capturable(optimisers), torch.cuda.graph(self.graph, pool=pool, stream=stream):
            self.made = {name: each.detach() for name, each in work(*self.given).items()}

    def replay(self, given: tuple[torch.Tensor, ...]) -> Values:
        for mine, each in zip(self.given, given, strict=True):
            mine.copy_(each)
        self.graph.replay()
        return self.made


@contextlib.contextmanager
def _capturable(optimisers: list[torch.optim.Optimizer]) -> Iterator[None]:
    # Only while it is recorded: an optimiser that could be and is not warns at every step.
    groups = [group for optimiser in optimisers for group in optimiser.param_groups]
    for group in groups:
        group["capturable"] = True
    try:
        yield
    finally:
        for group in groups:
            group["capturable"] = False


@contextlib.contextmanager
def _waits() -> Iterator[list[str]]:
    # What waits for the GPU: filled when it is over.
    told: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        before = torch.cuda.get_sync_debug_mode()
        torch.cuda.set_sync_debug_mode("warn")
        try:
            yield told
        finally:
            torch.cuda.set_sync_debug_mode(before)
            told += [str(each.message) for each in caught if "synchron" in str(each.message)]


def set_rate(group: dict, rate: float, device: torch.device) -> None:
    """Set an optimiser's learning rate so that a recorded step takes the one that is set when it is replayed."""
    if device.type != "cuda":
        group["lr"] = rate
    elif isinstance(group["lr"], torch.Tensor) and group["lr"].device == device:
        group["lr"].fill_(rate)
    else:
        group["lr"] = torch.full((), rate, device=device)
