"""Many small trainings on one GPU: one after another against all at once, each by its script."""

import functools
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

SCRIPTS = Path(__file__).resolve().parents[2] / "workflow" / "scripts"


def side_by_side(
    trainings: int, at_once: list[int], size: int, kimg: float, device: str, threads: int = 1
) -> list[dict]:
    """As many DCGANs as classes, each by its script as the workflow starts it, so many at a time: a row each.

    Of those that run one after another, two stand for all.
    """
    from augury.tables.rows import PackRow, SplitRow
    from augury.tables.table import write_rows

    folder = Path(tempfile.mkdtemp())
    random = np.random.default_rng(0)
    for number in range(trainings):
        np.save(folder / f"{number}.npy", random.integers(0, 256, (100, size, size, 3), dtype=np.uint8))
        parts = ["train"] * 99 + ["test"]
        of_split = [SplitRow(f"{row:064d}", f"{row}.png", "a", str(row), part) for row, part in enumerate(parts)]
        write_rows(folder / f"{number}.split.tsv", SplitRow, of_split)
        write_rows(folder / f"{number}.tsv", PackRow, [PackRow(row.sha256) for row in of_split])
    train = functools.partial(_train, folder, size, kimg, device, threads)
    rows: list[dict] = []
    for count in at_once:
        run = min(trainings, 2) if count == 1 else trainings
        began = time.perf_counter()
        with ThreadPoolExecutor(count) as pool:
            inside = list(pool.map(functools.partial(train, f"of {count}"), range(run)))
        seconds = (time.perf_counter() - began) * trainings / run
        ratio = rows[0]["seconds"] / seconds if rows else 1.0
        rows.append({"at_once": count, "seconds": seconds, "times_the_first": ratio, "loop_seconds": sum(inside) / run})
    return rows


def _train(folder: Path, size: int, kimg: float, device: str, threads: int, turn: str, number: int) -> float:
    """Seconds of the loop alone, without what the script takes to start."""
    settings = {"family": "dcgan", "size_px": size, "channels": "rgb", "batch": 64}
    settings |= {"duration_unit": "kimg", "duration": kimg}
    output = folder / f"{turn} {number}"
    words = [sys.executable, SCRIPTS / "train_generator.py", "--name", "timed", "--settings", json.dumps(settings)]
    words += ["--split", "holdout", "--seed", 0, "--class", "a", "--classes", "a", "--packs", folder / f"{number}.npy"]
    words += ["--splits", folder / f"{number}.split.tsv", "--output", output, "--device", device]
    words += ["--guard", "enforce", "--threads", threads, "--log", folder / f"{turn} {number}.log"]
    done = subprocess.run(list(map(str, words)), check=False, capture_output=True, text=True, env=dict(os.environ))
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads((output / "generator.json").read_text())["seconds"]
