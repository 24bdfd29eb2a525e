"""The scripts as a workflow starts them, one after another, on a small set of drawn images."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from augury.generators.pools import read_pool
from augury.images.arrays import save_array
from augury.images.bound import identity_of
from augury.tables.rows import DuplicateRow, PackRow, SplitRow
from augury.tables.table import read_dicts, write_rows
from on_gpu import cases

SCRIPTS = Path(__file__).resolve().parents[2] / "workflow" / "scripts"
PARTS = ["train"] * 40 + ["validation"] * 12 + ["test"] * 12
EXTRACTOR = "tf_efficientnet_lite0"


class Chain:
    """A folder with packs, splits and what scripts make of them. size: of the generators' images, in px."""

    def __init__(self, device: str, small: bool) -> None:
        self.folder, self.device, self.small = Path(tempfile.mkdtemp()), device, small
        self.size = 16 if small else 64
        for number, name in enumerate(cases.CLASSES):
            names = [f"{number}{row:063d}" for row in range(len(PARTS))]
            split = [
                SplitRow(hash_, f"{hash_}.png", name, hash_, part) for hash_, part in zip(names, PARTS, strict=True)
            ]
            write_rows(self.folder / f"{name}.split.tsv", SplitRow, split)
            images = cases.pixels(3 * len(PARTS), self.size, 3)[number::3]
            save_array(self.folder / f"{name}.npy", images, identity_of(names))
            write_rows(self.folder / f"{name}.tsv", PackRow, [PackRow(hash_) for hash_ in names])
        write_rows(self.folder / "duplicates.tsv", DuplicateRow, [])

    def run(self, script: str, *words: Any, device: str | None = None, stop: bool = False) -> float:
        """Start a script, and return its seconds; with `stop` it is told to stop when it has shown some progress."""
        command = [sys.executable, "-u", SCRIPTS / f"{script}.py", *words, "--threads", 1]
        command += ["--device", device or self.device]
        began, lines, shown = time.monotonic(), [], 0
        process = subprocess.Popen(
            list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=os.environ | {"AUGURY_SAVE_SECONDS": "0"},
        )  # fmt: skip
        for line in process.stdout:
            lines.append(line)
            shown += " left" in line
            if stop and shown == 5 and " left" in line:
                process.send_signal(signal.SIGTERM)
        process.wait()
        if process.returncode not in ((143,) if stop else (0,)):
            raise RuntimeError(f"{script} ends with {process.returncode}: {''.join(lines)[-1500:]}")
        return time.monotonic() - began

    def train_generator(self, output: str, settings: dict[str, Any], class_: str = "a", **options: Any) -> float:
        """Train a generator of one class, or of `all`."""
        names = cases.CLASSES if class_ == "all" else [class_]
        settings = {"size_px": self.size, "duration_unit": "kimg"} | settings
        settings = cases.small(settings) if self.small else settings
        words = ["--name", "gan", "--settings", json.dumps(settings), "--split", "holdout", "--seed", 0]
        words += ["--class", class_, "--classes", *names, "--packs", *(self.folder / f"{each}.npy" for each in names)]
        words += ["--splits", *(self.folder / f"{each}.split.tsv" for each in names), "--guard", "enforce"]
        words += ["--output", self.folder / output]
        return self.run("train_generator", *words, **options)

    def draw(
        self, generator: str, output: str, count: int, *more: Any, class_: str = "a", **options: Any
    ) -> np.ndarray:
        """A pool's images."""
        words = ["--generator", self.folder / generator, "--class", class_, "--count", count]
        self.run("synthesize_images", *words, "--shard-images", 32, "--output", self.folder / output, *more, **options)
        return read_pool(self.folder / output / "index.tsv")[0]

    def train_classifier(self, output: str, settings: dict[str, Any], pools: bool = False, **options: Any) -> float:
        """Train a classifier on real images, or with as many synthetic ones."""
        arm = {"generator": "gan", "ratio": 1} if pools else {"real": 1}
        words = ["--name", "net", "--arm-name", "arm", "--arm", json.dumps(arm), "--split", "holdout", "--seed", 0]
        words += ["--settings", json.dumps(settings), "--guard", "enforce", "--classes", *cases.CLASSES]
        words += ["--duplicates", self.folder / "duplicates.tsv", "--output", self.folder / output, *self._files(pools)]
        return self.run("train_classifier", *words, **options)

    def explain(self, classifier: str, output: str) -> float:
        """Maps and features of a classifier."""
        folder = self.folder / classifier
        words = ["--classifier", folder, "--choice", folder / "predictions.tsv", "--output", self.folder / output]
        return self.run("explain_classifier", *words, *self._files(False), "--settings", '{"images": 4}')

    def features(self, output: str, device: str) -> np.ndarray:
        """Features of the first class's pack."""
        pack, made = self.folder / "a.npy", self.folder / output
        words = ["--pack", pack, "--rows", pack.with_suffix(".tsv"), "--extractor", EXTRACTOR, "--output", made]
        self.run("extract_features", *words, device=device)
        return np.load(made)

    def draw_features(self, generator: str, output: str, count: int, device: str) -> np.ndarray:
        """Features of images that a generator draws."""
        words = ["--generator", self.folder / generator, "--class", "a", "--count", count, "--extractor", EXTRACTOR]
        self.run("draw_features", *words, "--output", self.folder / output, device=device)
        return np.load(self.folder / output)["end"]

    def score(self, generator: str, drawn: str, real: str, output: str) -> dict[str, float]:
        """The numbers of a generator's scores."""
        words = ["--generator", self.folder / generator, "--class", "a", "--real-rows", self.folder / "a.tsv"]
        words += ["--synthetic-features", self.folder / drawn, "--real-features", self.folder / real]
        words += ["--split-table", self.folder / "a.split.tsv", "--pack", self.folder / "a.npy"]
        self.run("score_synthetic", *words, "--output", self.folder / output)
        scores = {}
        for name, value in read_dicts(self.folder / output / "scores.tsv")[0].items():
            with contextlib.suppress(ValueError):
                scores[name] = float(value)
        return scores

    def select(self, output: str, settings: dict[str, Any], count: int, *more: Any) -> np.ndarray:
        """The images that a selection chooses for the first class of the first generator."""
        words = ["--name", "chosen", "--settings", json.dumps(settings), "--split", "holdout", "--seed", 0]
        words += ["--generator", self.folder / "gan", "--class", "a", "--count", count, "--pack", self.folder / "a.npy"]
        words += ["--split-table", self.folder / "a.split.tsv", "--output", self.folder / output, *more]
        self.run("select_latents", *words, "--guard", "enforce")
        return self.draw("gan", output, count, "--chosen", self.folder / output)

    def predict(self, classifier: str, output: str, device: str) -> np.ndarray:
        """All that is said of images from outside, (n, columns); nan where it is no number."""
        words = ["--classifier", self.folder / classifier, "--images", self.folder / "images"]
        self.run("predict_images", *words, "--output", self.folder / output, device=device)
        rows = read_dicts(self.folder / output)
        return np.array([[_number(cell) for cell in row.values()] for row in rows])

    def _files(self, pools: bool) -> list[Any]:
        words: list[Any] = ["--packs", *(self.folder / f"{name}.npy" for name in cases.CLASSES)]
        words += ["--splits", *(self.folder / f"{name}.split.tsv" for name in cases.CLASSES)]
        return words + (
            ["--pools", *(self.folder / f"pool-{name}/index.tsv" for name in cases.CLASSES)] if pools else []
        )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
