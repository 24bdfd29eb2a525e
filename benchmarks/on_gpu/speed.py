"""How fast networks train: seconds per thousand images, images per second, and where a step's time goes."""

import contextlib
import io
import time
from collections.abc import Iterator
from typing import Any

import torch

from augury.latent.drawing import Drawer
from augury.latent.sampling import BLOCK
from on_gpu import cases
from on_gpu.usage import Usage

ARCHITECTURES = ("lenet5", "four_block_cnn", "resnet18", "resnet50", "tf_efficientnet_lite0")


@contextlib.contextmanager
def numerics(kind: str) -> Iterator[None]:
    """How a GPU computes: as trainings set it (own), by algorithms of a race (raced), or with fp32 rounded (tf32)."""
    cudnn = torch.backends.cudnn
    before = cudnn.benchmark, cudnn.deterministic, cudnn.allow_tf32
    if kind == "raced":
        cudnn.benchmark, cudnn.deterministic = True, False
    if kind == "tf32":
        cudnn.allow_tf32 = True
    try:
        yield
    finally:
        cudnn.benchmark, cudnn.deterministic, cudnn.allow_tf32 = before


def kimg_seconds(
    settings: dict[str, Any],
    device: str,
    precision: str = "auto",
    kind: str = "own",
    seconds: float = 1.0,
    recorded: bool = True,
) -> dict[str, Any]:
    """Seconds a thousand images of a generator's training, after 16 steps, one period of all penalties.

    recorded: whether a GPU takes steps from a recording (training.replay).
    """
    with contextlib.redirect_stdout(io.StringIO()):
        warm = {"warmup_steps": 0} if settings["family"] == "diffusion" else {}
        task = cases.generator(warm | settings, False, device, precision, count=256)
    task.replayed.active = recorded and task.replayed.possible
    with numerics(kind):
        took, steps = _timed(task, seconds, 16)
    about = {"batch": task.batch, "precision": task.on_device.precision, "numerics": kind}
    return about | {"seconds_per_kimg": took / steps / task.batch * 1000, "peak_gb": _peak(task)}


def drawing_seconds(settings: dict[str, Any], device: str, images: int = 1000) -> dict[str, Any]:
    """Seconds in which a generator with fresh weights draws so many images, after a first block."""
    with contextlib.redirect_stdout(io.StringIO()):
        task = cases.generator(settings, False, device, "auto", count=32)
    drawer = Drawer(task.generator, None, task.device)
    drawer.images(drawer.of_seeds(range(BLOCK)), torch.arange(BLOCK))
    began = time.perf_counter()
    drawer.images(drawer.of_seeds(range(images)), torch.arange(images))
    return {"images": images, "seconds": time.perf_counter() - began, "peak_gb": _peak(task)}


def images_per_second(
    architecture: str,
    size_px: int,
    device: str,
    precision: str = "auto",
    kind: str = "own",
    seconds: float = 1.0,
    recorded: bool = True,
) -> dict[str, Any]:
    """Images a second of a classifier's training with its default augmentation and batch, and how busy the GPU was."""
    families = ("lenet5", "four_block_cnn", "dcgan_discriminator", "convnext")
    settings = {"family": architecture} if architecture in families else {"architecture": architecture}
    if "architecture" in settings:
        settings |= {"family": "timm_zoo", "pretrained": False, "warmup_frozen_epochs": 0}
    settings |= {"size_px": size_px, "batch": 32}
    with contextlib.redirect_stdout(io.StringIO()):
        task = cases.classifier(settings, device, precision, count=256)
    task.replayed.active = recorded and task.replayed.possible
    with numerics(kind):
        _timed(task, 0.3, 4)
        with Usage() as usage:
            took, steps = _timed(task, seconds, 4)
    about = {"batch": 32, "precision": task.on_device.precision, "numerics": kind}
    return about | {"images_per_second": steps * 32 / took, "gpu_use_percent": usage.mean, "peak_gb": _peak(task)}


def profile(what: str, device: str, small: bool) -> dict[str, Any]:
    """Shares of a step: kernels, waits, copies; `idle` is the share of time in which no kernel runs."""
    with contextlib.redirect_stdout(io.StringIO()):
        task = _profiled(what, device, small)
    for step in range(16):
        task.step(step, 0)
    _wait(task)
    kinds = [torch.profiler.ProfilerActivity.CPU]
    on_gpu = task.device.type == "cuda"
    kinds += [torch.profiler.ProfilerActivity.CUDA] if on_gpu else []
    steps = 8
    with torch.profiler.profile(activities=kinds) as profiler:
        began = time.perf_counter()
        for step in range(16, 16 + steps):
            task.step(step, 0)
        _wait(task)
        took = time.perf_counter() - began
    rows = profiler.key_averages()
    # The time of what ran on the device itself, without the operators that started it.
    kernels = [row for row in rows if str(row.device_type).endswith("CUDA")]
    busy = sum(row.self_device_time_total for row in kernels) / 1e6
    calls = {row.key: row.count / steps for row in rows if row.key.startswith(("cuda", "cu"))}
    top = sorted(kernels, key=lambda row: -row.self_device_time_total)[:8]
    named = {
        row.key[:70]: f"{row.self_device_time_total / 1e3 / steps:.2f} ms x {row.count / steps:.0f}" for row in top
    }
    slowest = sorted(rows, key=lambda row: -row.self_cpu_time_total)[:6]
    return {
        "ms_a_step": took / steps * 1e3,
        "kernels_ms": busy / steps * 1e3,
        "idle": 1 - busy / took,
        "kernels_a_step": sum(row.count for row in kernels) / steps,
        "calls_a_step": {key: round(count, 1) for key, count in sorted(calls.items(), key=lambda each: -each[1])[:8]},
        "top": named,
        "cpu": {
            row.key[:40]: f"{row.self_cpu_time_total / 1e3 / steps:.2f} ms x {row.count / steps:.0f}" for row in slowest
        },
    }


def _profiled(what: str, device: str, small: bool) -> Any:
    size = 32 if small else 128
    if what == "default classifier":
        return cases.classifier(
            {"family": "timm_zoo", "size_px": size, "batch": 32} | cases.FROM_SCRATCH, device, "auto"
        )
    settings = {"family": what, "size_px": 64} | ({"ada": cases.ADA} if what == "stylegan2" else {})
    return cases.generator(cases.small(settings) if small else settings, False, device, "auto")


def _timed(task: Any, seconds: float, before: int) -> tuple[float, int]:
    """Seconds and steps, whole periods of 16, after `before` steps that warm up."""
    for step in range(before):
        task.step(step, 0)
    _wait(task)
    began, steps = time.perf_counter(), 0
    while time.perf_counter() - began < seconds or not steps:
        for step in range(16):
            task.step(16 + steps + step, 0)
        steps += 16
        _wait(task)
    return time.perf_counter() - began, steps


def _wait(task: Any) -> None:
    if task.device.type == "cuda":
        torch.cuda.synchronize(task.device)


def _peak(task: Any) -> float:
    if task.device.type != "cuda":
        return float("nan")
    peak = torch.cuda.max_memory_allocated() / 1e9
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    return peak
