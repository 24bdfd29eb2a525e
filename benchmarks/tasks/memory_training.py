"""Memory of trainings, at a million images."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from comparison import Comparison

from augury.images.arrays import write_array
from augury.images.mapped_arrays import BOUND
from augury.tables.rows import DuplicateRow, PackRow, SplitRow
from augury.tables.table import write_rows

SCRIPTS = Path(__file__).resolve().parents[2] / "workflow" / "scripts"
FEW, MORE, MILLION = 20_000, 80_000, 1_000_000
SIDE = 32
CLASSES = ("a", "b")
PARTS = ["train"] * 8 + ["validation", "test"]
LOW, NEVER = 8 << 20, 1 << 60  # bounds under which every part of few images lies in a file, and none does
MB = 1 << 20
GENERATOR = {"family": "dcgan", "size_px": SIDE, "width": 8, "latent_dim": 8, "batch": 64, "duration_unit": "kimg"}
GENERATOR |= {"duration": 3.2, "snapshots": [1], "precision": "fp32"}
CLASSIFIER = {"family": "four_block_cnn", "size_px": SIDE, "widths": [2, 2, 4, 4], "epochs": 1, "batch": 256}
# A training is a process of its own; what is told is its peak, in kB.
CODE = """
import runpy, sys
sys.path.insert(0, sys.argv[1])
from augury.images import mapped_arrays
mapped_arrays.BOUND, sys.argv = int(sys.argv[2]), sys.argv[3:]
runpy.run_path(sys.argv[0], run_name="__main__")
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def memory_training() -> Comparison:
    """Peak memory of training a small generator and a small classifier, the larger; the peer holds all images.

    Measured at 20,000 and 80,000 images of 32 px, eight tenths of them trained on, and continued in a straight line to
    a million. Ours is measured with a low bound, so that few images lie in files as a million do; what the real bound
    lets stay resident beyond that is added.
    """
    folders = {count: tempfile.TemporaryDirectory() for count in (FEW, MORE)}  # until the end of the process
    for count, folder in folders.items():
        _write_packs(Path(folder.name), count)

    def at_a_million(training: str, bound: int) -> float:
        few, more = (_peak(training, Path(folders[count].name), bound) for count in (FEW, MORE))
        return few + (more - few) / (MORE - FEW) * (MILLION - FEW)

    def ours() -> float:
        most = max(at_a_million("generator", LOW), at_a_million("classifier", LOW)) + (BOUND - LOW) / MB
        assert most < 2048
        return most

    def peer() -> float:
        return at_a_million("generator", NEVER)

    name = "a generator's training with all images in memory"
    return Comparison(name, "MB", ours, peer, lambda: None, rounds=1, warm_up=False, tells=True)


def _write_packs(folder: Path, count: int) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (512, SIDE, SIDE, 3), np.uint8)
    for class_ in CLASSES:
        names = [f"{class_}{number:063}" for number in range(count // len(CLASSES))]
        shape = (len(names), SIDE, SIDE, 3)
        write_array(folder / f"{class_}.npy", shape, (noise[number % len(noise)] for number in range(len(names))))
        write_rows(folder / f"{class_}.tsv", PackRow, map(PackRow, names))
        rows = (
            SplitRow(name, f"images/{class_}/image_{number:07}.png", class_, f"image_{number:07}", PARTS[number % 10])
            for number, name in enumerate(names)
        )
        write_rows(folder / f"{class_}.split.tsv", SplitRow, rows)
    write_rows(folder / "duplicates.tsv", DuplicateRow, [])


def _peak(training: str, folder: Path, bound: int) -> float:
    """Megabytes (of 2**20 bytes)."""
    words = [SCRIPTS / f"train_{training}.py", "--name", "x", "--split", "s", "--seed", 0, "--classes", *CLASSES]
    words += ["--packs", *(folder / f"{class_}.npy" for class_ in CLASSES), "--threads", 1, "--device", "cpu"]
    words += ["--splits", *(folder / f"{class_}.split.tsv" for class_ in CLASSES)]
    if training == "generator":
        words += ["--settings", json.dumps(GENERATOR), "--class", "all"]
    else:
        words += ["--settings", json.dumps(CLASSIFIER), "--arm-name", "real", "--arm", '{"real": 1}']
        words += ["--duplicates", folder / "duplicates.tsv"]
    with tempfile.TemporaryDirectory() as output:
        command = [sys.executable, "-c", CODE, SCRIPTS, bound, *words, "--output", output]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1]) / 1024
