"""What a GPU does: seconds a kimg of StyleGAN2, many small trainings side by side, classifiers fed from its memory.

    python benchmarks/gpu.py stylegan2 --size 256                  # with ADA, R1 and path lengths: seconds a kimg
    python benchmarks/gpu.py side_by_side --trainings 16 --at-once 16
    python benchmarks/gpu.py classifier --architecture resnet50 --size 224

Prints a table. With --device cpu and small numbers, the same runs on a laptop.
"""

import argparse
import functools
import json
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
SCRIPTS = HERE.parent / "workflow" / "scripts"
sys.path[:0] = [str(HERE), str(SCRIPTS)]


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--device", default="auto")
    made.add_argument("--threads", type=int, default=1)
    kinds = made.add_subparsers(dest="kind", required=True)
    kind = kinds.add_parser("stylegan2")
    kind.add_argument("--size", type=int, default=256)
    kind.add_argument("--settings", type=json.loads, default={}, help="JSON: batch, channel_base ...")
    kind.add_argument("--steps", type=int, default=64, help="a multiple of 16, both penalties' period")
    kind = kinds.add_parser("side_by_side")
    kind.add_argument("--trainings", type=int, default=16)
    kind.add_argument("--at-once", type=int, nargs="+", default=[1, 16])
    kind.add_argument("--size", type=int, default=64)
    kind.add_argument("--kimg", type=float, default=20.0)
    kind = kinds.add_parser("classifier")
    kind.add_argument("--architecture", default="resnet50")
    kind.add_argument("--size", type=int, default=224)
    kind.add_argument("--batch", type=int, default=64)
    kind.add_argument("--images", type=int, default=4096)
    kind.add_argument("--steps", type=int, default=100)
    args = made.parse_args()
    rows = {"stylegan2": stylegan2, "side_by_side": side_by_side, "classifier": classifier}[args.kind](args)
    print("\n".join("\t".join(f"{cell:.4g}" if isinstance(cell, float) else str(cell) for cell in row) for row in rows))


def stylegan2(args: argparse.Namespace) -> list[tuple]:
    """Seconds a thousand images, after one period of both penalties as a warm-up."""
    import torch
    from tasks.generators import training

    from augury.generators.stylegan2.training import TASK

    torch.set_num_threads(args.threads)
    images = torch.randint(0, 256, (512, args.size, args.size, 3), dtype=torch.uint8)
    settings = {"ada": {"pipeline": "bgc", "p": 0.2}} | args.settings
    task = training(TASK, images, settings, device=args.device)
    for step in range(16):
        task.step(step, 0)
    seconds = _timed(task, range(16, 16 + args.steps))
    kimg = args.steps * task.batch / 1000
    return [
        ("size", "batch", "precision", "seconds_per_kimg"),
        (args.size, task.batch, task.place.precision, seconds / kimg),
    ]


def side_by_side(args: argparse.Namespace) -> list[tuple]:
    """As many DCGANs as classes, each by its script as the workflow starts it, so many at a time."""
    from augury.tables.rows import PackRow, SplitRow
    from augury.tables.table import write_rows

    folder = Path(tempfile.mkdtemp())
    random = np.random.default_rng(0)
    for number in range(args.trainings):
        np.save(folder / f"{number}.npy", random.integers(0, 256, (100, args.size, args.size, 3), dtype=np.uint8))
        parts = ["train"] * 99 + ["test"]
        of_split = [SplitRow(f"{row:064d}", f"{row}.png", "a", str(row), part) for row, part in enumerate(parts)]
        write_rows(folder / f"{number}.split.tsv", SplitRow, of_split)
        write_rows(folder / f"{number}.tsv", PackRow, [PackRow(row.sha256) for row in of_split])
    rows: list[tuple] = [("at_once", "seconds", "times_one_after_another")]
    for at_once in args.at_once:
        began = time.perf_counter()
        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(functools.partial(_train, folder, args, f"of {at_once}"), range(args.trainings)))
        seconds = time.perf_counter() - began
        rows.append((at_once, seconds, (rows[1][1] if len(rows) > 1 else seconds) / seconds))
    return rows


def _train(folder: Path, args: argparse.Namespace, turn: str, number: int) -> None:
    settings = {"family": "dcgan", "size_px": args.size, "channels": "rgb", "batch": 64}
    settings |= {"duration_unit": "kimg", "duration": args.kimg}
    words = [sys.executable, SCRIPTS / "train_generator.py", "--name", "timed", "--settings", json.dumps(settings)]
    words += ["--split", "holdout", "--seed", 0, "--class", "a", "--classes", "a", "--packs", folder / f"{number}.npy"]
    words += [
        "--splits",
        folder / f"{number}.split.tsv",
        "--output",
        folder / f"{turn} {number}",
        "--device",
        args.device,
    ]
    words += ["--threads", args.threads, "--log", folder / f"{turn} {number}.log"]
    done = subprocess.run(list(map(str, words)), check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def classifier(args: argparse.Namespace) -> list[tuple]:
    """Images a second with augmentation, from a uint8 set in the device's memory, and how busy the GPU was."""
    from tasks.classifiers import CLASSES, build

    random = np.random.default_rng(0)
    images = random.integers(0, 256, (args.images, args.size, args.size, 3), dtype=np.uint8)
    labels = np.arange(args.images) % CLASSES
    task = build(args.architecture, args.size, images, labels, device=args.device, batch=args.batch)
    for step in range(min(10, args.steps)):
        task.step(step, 0)
    with Usage() as usage:
        seconds = _timed(task, range(args.steps))
    rate = args.steps * args.batch / seconds
    head = ("architecture", "size", "precision", "images_per_second", "gpu_use_percent")
    return [head, (args.architecture, args.size, task.place.precision, rate, usage.mean)]


class Usage:
    """Mean use of the GPU over a block, as its driver tells it five times a second; nan where there is none."""

    def __enter__(self) -> "Usage":
        self.seen: list[float] = []
        self.over = threading.Event()
        self.watcher = threading.Thread(target=self._watch)
        self.watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.watcher.join()

    @property
    def mean(self) -> float:
        return float(np.mean(self.seen)) if self.seen else float("nan")

    def _watch(self) -> None:
        words = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits", "--id=0"]
        while not self.over.wait(0.2):
            try:
                told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
            except (OSError, subprocess.CalledProcessError):
                return
            self.seen.append(float(told))


def _timed(task, steps: range) -> float:
    import torch

    def wait() -> None:
        if task.device.type == "cuda":
            torch.cuda.synchronize(task.device)

    wait()
    began = time.perf_counter()
    for step in steps:
        task.step(step, 0)
    wait()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
