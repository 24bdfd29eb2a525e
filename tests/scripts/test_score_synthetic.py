"""score_synthetic.py from the command line."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from augury.tables.rows import PackRow, ScoreRow, SplitRow, SyntheticRow
from augury.tables.table import read_rows, write_rows

SCRIPT = Path(__file__).parents[2] / "workflow" / "scripts" / "score_synthetic.py"
NAMES = {"split": "fold0", "generator": "dcgan", "selection": "random", "seed": 1, "class": "Misellina"}


@pytest.fixture
def study(tmp_path):
    """Twelve images, of which ten are for training, and a pool of thirty, in features of six dimensions."""
    random = np.random.default_rng(0)
    np.save(tmp_path / "real.npy", random.normal(size=(12, 6)).astype(np.float32))
    np.save(tmp_path / "synthetic.npy", random.normal(size=(30, 6)).astype(np.float32) + 1)
    write_rows(tmp_path / "pack.tsv", PackRow, [PackRow(f"h{place}") for place in range(12)])
    parts = ["test"] * 2 + ["train"] * 10
    rows = [SplitRow(f"h{i}", f"{i}.png", "Misellina", f"s{i}", part) for i, part in enumerate(parts)]
    write_rows(tmp_path / "split.tsv", SplitRow, rows)
    synthetic = [
        SyntheticRow(f"{place:06d}", "shard-000000.tar", "Misellina", "dcgan", place, False) for place in range(30)
    ]
    write_rows(tmp_path / "index.tsv", SyntheticRow, synthetic)
    return tmp_path


def run(folder):
    options = {
        "real-features": "real.npy", "real-rows": "pack.tsv", "split": "split.tsv",
        "synthetic-features": "synthetic.npy",
        "index": "index.tsv", "extractor": "lite0", "names": json.dumps(NAMES), "output": "scores.tsv", "threads": "1",
    }  # fmt: skip
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return subprocess.run([sys.executable, SCRIPT, *words], cwd=folder, capture_output=True, text=True, check=False)


def test_a_pool_has_one_row(study):
    assert run(study).returncode == 0
    (row,) = read_rows(study / "scores.tsv", ScoreRow)
    assert (row.generator, row.class_, row.seed, row.n_real, row.n_synthetic) == ("dcgan", "Misellina", 1, 10, 30)
    assert row.frechet_distance > 2
    assert row.n_half == 5


def test_features_of_test_images_do_not_matter(study):
    run(study)
    before = (study / "scores.tsv").read_bytes()
    features = np.load(study / "real.npy")
    features[:2] = 1000
    np.save(study / "real.npy", features)
    assert run(study).returncode == 0
    assert (study / "scores.tsv").read_bytes() == before


def test_features_of_another_size_are_a_mistake(study):
    np.save(study / "synthetic.npy", np.zeros((30, 7), np.float32))
    done = run(study)
    assert done.returncode == 2
    assert "one network" in done.stderr
    assert not (study / "scores.tsv").exists()
