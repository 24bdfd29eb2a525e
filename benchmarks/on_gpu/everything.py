"""All of it in one run, part by part: what trainings compute, the scripts, speed, studies, many trainings at once."""

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import torch

from on_gpu import agreement, cases, lanes, speed, studies
from on_gpu.report import Report
from on_gpu.side_by_side import side_by_side

UNTIMED = ("generators", "classifiers", "scripts")  # run at the same time, as far as cores go
FEW = ("dcgan", "dcgan ada", "stylegan2 ada lecam", "lenet5", "lite0 from 64 px")
FAMILIES: tuple[dict[str, Any], ...] = (
    {"family": "dcgan"},
    {"family": "stylegan2", "ada": cases.ADA},
    {"family": "projected"},
    {"family": "diffusion"},
    {"family": "diffusion", "size": "gpu"},
)
_KINDS = (("auto", "own"), ("auto", "tf32"), ("fp32", "own"), ("fp32", "tf32"), ("auto", "raced"))


def everything(device: str, minutes: float, untimed_minutes: float, folder: Path, small: bool, parts: list[str]) -> int:
    """Run the parts that are named; returns how many steps failed.

    minutes: for all; untimed_minutes: for those that are not timed, which come first.
    """
    report = Report(folder, untimed_minutes)
    report.row("machine", _machine(device))
    _untimed(report, device, small, [part for part in parts if part in UNTIMED])
    report.seconds = minutes * 60
    timed = {
        "families": _families,
        "studies": _studies,
        "networks": _networks,
        "many": _many,
        "recorded": _recorded,
        "profiles": _profiles,
        "speed": _speed,
    }
    for part, function in timed.items():
        if part in parts:
            function(report, device, small)
    report.row("end", {"failures": report.failures})
    return report.failures


def _machine(device: str) -> dict[str, str]:
    where = torch.device(device)
    name = torch.cuda.get_device_name(where) if where.type == "cuda" else device
    cudnn = str(torch.backends.cudnn.version())
    return {"device": name, "torch": torch.__version__, "cudnn": cudnn, "cores": str(len(os.sched_getaffinity(0)))}


def _untimed(report: Report, device: str, small: bool, parts: list[str]) -> None:
    cores = len(os.sched_getaffinity(0))
    wanted = []
    if "generators" in parts:
        wanted += [(name, agreement.generator_steps, (name, device, small)) for name in cases.GENERATORS]
    if "classifiers" in parts:
        wanted += [(name, agreement.classifier_steps, (name, device, small)) for name in cases.CLASSIFIERS]
    made = [threading.Thread(target=lane, args=(report, device, small)) for lane in (lanes.dcgan, lanes.stylegan2)]
    made.append(threading.Thread(target=lanes.classifiers, args=(report, device, small)))
    for lane in made if "scripts" in parts else []:
        lane.start()
        if small:
            lane.join()
    if wanted:
        with ProcessPoolExecutor(max(1, cores // 3), multiprocessing.get_context("spawn")) as pool:
            report.side_by_side(pool, [each for each in wanted if not small or each[0] in FEW])
    for lane in made if "scripts" in parts else []:
        lane.join()


def _families(report: Report, device: str, small: bool) -> None:
    for settings in FAMILIES:
        for size in (32,) if small else (64, 256):
            settings = {**settings, "size_px": size}
            settings = cases.small(settings) if small else settings
            name = f"{settings['family']} {settings.get('size', '')} {size} px"
            report.step(name, speed.kimg_seconds, settings, device)
            images = 20 if small else 100 if settings.get("size") == "gpu" else 1000
            report.step(f"{name} drawn", speed.drawing_seconds, settings, device, images)


def _speed(report: Report, device: str, small: bool) -> None:
    for family in ("dcgan", "stylegan2"):
        for size in (32,) if small else (64, 256):
            settings = {"family": family, "size_px": size} | ({"ada": cases.ADA} if family == "stylegan2" else {})
            settings = cases.small(settings) if small else settings
            for precision, kind in _KINDS[:: 2 if small else 1]:
                wanted = settings, device, precision, kind, 0.1 if small else 1.0
                report.step(f"{family} {size} px", speed.kimg_seconds, *wanted)


def _studies(report: Report, device: str, small: bool) -> None:
    report.step("study hushem", studies.hushem, device, small)
    report.step("study copepods", studies.copepods, device, small)


def _networks(report: Report, device: str, small: bool) -> None:
    for architecture in speed.ARCHITECTURES[: 1 if small else None]:
        for size in (32,) if architecture == "lenet5" else (64, 128, 224):
            report.step(f"{architecture} {size} px", speed.images_per_second, architecture, size, device)
    for precision, kind in () if small else _KINDS[1:]:
        for architecture in ("resnet50", "tf_efficientnet_lite0"):
            wanted = architecture, 128, device, precision, kind
            report.step(f"{architecture} 128 px", speed.images_per_second, *wanted)


def _profiles(report: Report, device: str, small: bool) -> None:
    for what in ("stylegan2", "dcgan", "projected", "diffusion", "default classifier"):
        report.step(f"profile of {what}", speed.profile, what, device, small)


def _recorded(report: Report, device: str, small: bool) -> None:
    # Steps as they are beside steps from a recording.
    for settings in FAMILIES[:4]:
        settings = {**settings, "size_px": 64}
        settings = cases.small(settings) if small else settings
        for recorded in (False, True):
            name = f"{settings['family']} {settings['size_px']} px{' recorded' if recorded else ''}"
            report.step(name, speed.kimg_seconds, settings, device, "auto", "own", 0.1 if small else 2.0, recorded)
    networks = (("four_block_cnn", 64), ("resnet50", 64), ("tf_efficientnet_lite0", 224))
    for architecture, size in networks[: 1 if small else None]:
        for recorded in (False, True):
            name = f"{architecture} {size} px{' recorded' if recorded else ''}"
            wanted = architecture, size, device, "auto", "own", 0.1 if small else 2.0, recorded
            report.step(name, speed.images_per_second, *wanted)


def _many(report: Report, device: str, small: bool) -> None:
    trainings, at_once, size, kimg = (2, [1, 2], 32, 0.1) if small else (16, [1, 16], 64, 40.0)
    report.step("side by side", side_by_side, trainings, at_once, size, kimg, device)
