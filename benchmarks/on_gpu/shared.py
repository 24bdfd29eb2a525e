"""One training that several GPUs share, against one GPU with the whole batch, each by its script."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

SCRIPTS = Path(__file__).resolve().parents[2] / "workflow" / "scripts"


def shared(gpus: list[int], settings: dict[str, Any], kimg: float, device: str, threads: int = 1) -> list[dict]:
    """The same training by each number of GPUs: a row each. settings: family, size_px, batch ...

    seconds: of the loop alone, its first steps and checkpoints included. loss: the last row's, by which runs compare.
    """
    from augury.tables.rows import PackRow, SplitRow
    from augury.tables.table import read_dicts, write_rows

    folder, size = Path(tempfile.mkdtemp()), settings["size_px"]
    np.save(folder / "a.npy", np.random.default_rng(0).integers(0, 256, (1000, size, size, 3), dtype=np.uint8))
    parts = ["train"] * 999 + ["test"]
    of_split = [SplitRow(f"{row:064d}", f"{row}.png", "a", str(row), part) for row, part in enumerate(parts)]
    write_rows(folder / "split.tsv", SplitRow, of_split)
    write_rows(folder / "a.tsv", PackRow, [PackRow(row.sha256) for row in of_split])
    rows: list[dict] = []
    for count in gpus:
        output, log = folder / f"{count}", folder / f"{count}.log"
        chosen = settings | {"duration_unit": "kimg", "duration": kimg}
        words = [sys.executable, SCRIPTS / "train_generator.py", "--name", "timed", "--settings", json.dumps(chosen)]
        words += ["--split", "holdout", "--seed", 0, "--class", "a", "--classes", "a", "--packs", folder / "a.npy"]
        words += ["--splits", folder / "split.tsv", "--output", output, "--device", device, "--gpus", count]
        words += ["--guard", "enforce", "--threads", threads * count, "--log", log]
        done = subprocess.run(list(map(str, words)), check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(log.read_text()[-2000:])
        about = json.loads((output / "generator.json").read_text())
        last = read_dicts(output / "history.tsv")[-1]
        loss = next(float(value) for name, value in last.items() if name.startswith("loss_"))
        each = about["seconds"] / about["kimg"]
        faster = rows[0]["seconds_per_kimg"] / each if rows else 1.0
        rows.append({"gpus": count, "seconds_per_kimg": each, "times_the_first": faster, "loss": loss})
    return rows
