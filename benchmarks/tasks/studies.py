"""Whole studies, seconds of the processor, beside their own steps in one process: how near to that limit they come."""

import sys
import tempfile
from pathlib import Path

import study_clock
from comparison import Comparison


def study_demo() -> Comparison:
    """The demo's shape: six classes of 17 images, a diffusion model, a probe and the four-block CNN on three arms."""
    return _study("demo")


def study_default() -> Comparison:
    """The default study's, on four classes of 54 images: a probe on three arms."""
    return _study("default")


def study_folds() -> Comparison:
    """Four classes of 50 images in five folds with two seeds: probe, fine-tuning and their average on two arms."""
    return _study("folds")


def _study(name: str) -> Comparison:
    taken: list[float] = []

    def both() -> None:
        with tempfile.TemporaryDirectory() as folder:
            sides = study_clock.both(name, Path(folder))
        print(study_clock.table(name, *sides), file=sys.stderr)
        taken.extend(study_clock.total(side) for side in sides)

    return Comparison(
        "its own steps in one process",
        "seconds",
        lambda: taken[0],
        lambda: taken[1],
        both,
        rounds=1,
        warm_up=False,
        tells=True,
    )
