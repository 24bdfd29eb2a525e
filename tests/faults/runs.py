"""Small runs of the scripts that write what others read, their files, and what can be said of these."""

import io
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file

from augury.command.files import UNFINISHED
from augury.images.files import file_sha256
from augury.tables.rows import ImageRow
from augury.tables.table import read_dicts, write_rows
from tests.faults.forked import Nursery
from tests.faults.test_kill_generator import STYLEGAN2, command, write_data
from tests.project import draw_image
from tests.scripts import test_tabulate_results as tables
from tests.scripts.test_train_classifier import Data

SEARCH = {"family": "genetic", "images": 4, "population": 4, "generations": 12}
EPOCHS = {"epochs": 12, "batch": 8}
SHORT = {"duration": 20, "snapshots": [10, 20]}


class Kind(NamedTuple):
    """A script and its words for an output folder."""

    script: str
    words: Callable[[Path], list]


def prepare(folder: Path, nursery: Nursery) -> dict[str, Kind]:
    """Write the inputs of all kinds of runs below the folder."""
    write_data(folder)
    drawn = folder / "drawn"
    assert nursery.run("train_generator", command(folder, "drawn", **SHORT)[2:]).status == 0
    data = Data(folder / "classifier", ["train"] * 16 + ["validation"] * 4 + ["test"] * 4)
    for seed, right in ((0, 4), (1, 3)):
        tables.write_run(folder, "real", seed, right)
        tables.write_run(folder, "gan", seed, 5)
    predictions = sorted(folder.glob("fold0/classifiers/*/*/*/predictions.tsv"))
    records = sorted(folder.glob("fold0/classifiers/*/*/*/classifier.json"))

    def search(output: Path) -> list:
        words = ["--name", "evolved", "--settings", json.dumps(SEARCH), "--split", "holdout", "--seed", 0]
        words += ["--class", "a", "--count", 8, "--generator", drawn, "--pack", folder / "pack.npy"]
        words += ["--split-table", folder / "split.tsv", "--output", output, "--threads", 1, "--device", "cpu"]
        return [*words, "--guard", "enforce"]

    def shards(output: Path) -> list:
        words = ["--generator", drawn, "--class", "a", "--count", 300, "--shard-images", 40, "--output", output]
        return [*words, "--threads", 1, "--device", "cpu"]

    def tabulate(output: Path) -> list:
        words = ["--predictions", *predictions, "--classifiers", *records, "--bootstrap", 200, "--threads", 1]
        return [*words, "--output", output]

    return {
        "dcgan": Kind("train_generator", lambda output: command(folder, output, **SHORT)[2:]),
        "stylegan2": Kind("train_generator", lambda output: command(folder, output, STYLEGAN2, **SHORT)[2:]),
        "classifier": Kind("train_classifier", lambda output: data.command(output, {"real": 1}, **EPOCHS)[2:]),
        "search": Kind("select_latents", search),
        "shards": Kind("synthesize_images", shards),
        "tables": Kind("tabulate_results", tabulate),
        "pack": Kind("pack_class", _packing(folder)),
    }


def _packing(folder: Path) -> Callable[[Path], list]:
    rows = []
    for number in range(20):
        path = folder / "images" / f"{number}.png"
        draw_image(path, number, 0)
        rows.append(ImageRow(file_sha256(path), str(path), "a", str(number), 40, 32, "RGB"))
    write_rows(folder / "index.tsv", ImageRow, rows)
    words = ["--index", folder / "index.tsv", "--folder", folder / "images", "--size", 64, "--channels", "rgb"]
    return lambda output: [*words, "--pack", output / "a.npy", "--rows", output / "a.tsv", "--threads", 1]


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a finished run, without what a clock wrote and without what killed writers left."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() or path.name.endswith(UNFINISHED) or path.parent.name == ".state":
            continue
        found[name] = path.read_bytes()
        if path.suffix == ".json":
            record = json.loads(found[name])
            found[name] = json.dumps(
                {key: record[key] for key in record if "second" not in key and key != "seal"}
            ).encode()
    return found


def check_readable(folder: Path) -> None:
    """Read every file that a reader would find; what cannot be read raises, and so does a file of an unknown kind."""
    for path in folder.rglob("*") if folder.exists() else ():
        if path.is_file() and not path.name.endswith(UNFINISHED) and path.name != "lock":
            READERS[path.suffix](path)


def saved_step(folder: Path) -> int | None:
    """The step that the run's checkpoint holds; None without one."""
    path = folder / ".state" / "state.pt"
    return torch.load(path, weights_only=True)["now"]["position"]["step"] if path.exists() else None


def is_complete(folder: Path) -> bool:
    """Whether the run has said that it is done."""
    names = ("generator.json", "classifier.json", "selection.json", "runtime.tsv", "a.tsv")
    done = any((folder / name).exists() for name in names) or (folder / "shard-000000.tar").exists()
    return done and not (folder / ".state" / "state.pt").exists() and _index_is_there(folder)


def leftovers(folder: Path) -> list[Path]:
    """Files that killed writers left."""
    return list(folder.rglob(f"*{UNFINISHED}"))


def remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _index_is_there(folder: Path) -> bool:
    return not list(folder.glob("shard-*.tar")) or (folder / "index.tsv").exists()


def _read_tar(path: Path) -> None:
    with tarfile.open(path) as tar:
        names = tar.getnames()
        assert names
        for name in names:
            content = tar.extractfile(name).read()
            if name.endswith(".png"):
                Image.open(io.BytesIO(content)).load()
            else:
                json.loads(content)


READERS = {
    ".safetensors": load_file,
    ".json": lambda path: json.loads(path.read_text()),
    ".tsv": read_dicts,
    ".png": lambda path: Image.open(path).load(),
    ".tar": _read_tar,
    ".npy": np.load,
    ".pt": lambda path: torch.load(path, weights_only=True),
}
