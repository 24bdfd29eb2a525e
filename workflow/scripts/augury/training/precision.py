"""Which precision trains a network faster on this processor: a short measurement, kept for the next time.

Without a measurement nobody knows: in bf16 a ResNet trained twice as fast as in fp32 on one processor, and a network of
depthwise convolutions a third slower.
"""

import copy
import dataclasses
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import torch
from torch import nn

from augury.command import script
from augury.command.files import atomic
from augury.training.device import Device, cpu_has_bf16

Network = TypeVar("Network", bound=nn.Module)
WORTH = 1.2  # times as fast as fp32 that bf16 must be
LEAST_SECONDS = 0.05  # of a step: below it there is nothing to gain, and a measurement would be noise
ROUNDS = 2


def measured(device: Device, network: Network, step: Callable[[Network], torch.Tensor], key: str) -> Device:
    """The device with the faster of fp32 and bf16 for `network`; on a GPU, and without bf16, as it is.

    step: the loss of one batch, by a copy of the network on the CPU. key: what a kept measurement is known by, beside
    processor, threads and version of torch.
    """
    if device.device.type != "cpu" or not cpu_has_bf16():
        return device
    path, name = _kept(), "|".join((_processor(), str(device.threads), torch.__version__, key))
    ratio = _read(path).get(name)
    if ratio is None:
        ratio = _compare(device, network, step)
        _write(path, name, ratio)
        script.tell(f"{key}: bf16 trains {ratio:.2f} times as fast as fp32 here")
    return dataclasses.replace(device, precision="bf16" if ratio >= WORTH else "fp32")


def _compare(device: Device, network: Network, step: Callable[[Network], torch.Tensor]) -> float:
    # How many times as fast bf16 is: the best of rounds in turns, after one that warms up.
    model = copy.deepcopy(network).train()
    took: dict[str, list[float]] = {"fp32": [], "bf16": []}
    for number in range(ROUNDS + 1):
        for precision, seconds in took.items():
            began = time.perf_counter()
            with dataclasses.replace(device, precision=precision).autocast():
                loss = step(model)
            loss.float().backward()
            if number:
                seconds.append(time.perf_counter() - began)
            elif precision == "fp32" and time.perf_counter() - began < LEAST_SECONDS:
                return 1.0
    return min(took["fp32"]) / min(took["bf16"])


def _kept() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "augury" / "precision.json"


def _read(path: Path) -> dict[str, float]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    ratios = content.items() if isinstance(content, dict) else ()
    return {key: value for key, value in ratios if isinstance(value, float)}


def _write(path: Path, name: str, ratio: float) -> None:
    try:
        with atomic(path) as temporary:
            temporary.write_text(json.dumps(_read(path) | {name: ratio}, indent=1), encoding="utf-8")
    except OSError:
        pass  # measured again the next time


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
