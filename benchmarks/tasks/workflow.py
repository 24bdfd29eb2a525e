"""What planning costs: a rerun in which nothing is to be done, beside a plain Snakefile of as many jobs."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml
from comparison import Comparison
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
CLASSES, SEEDS = 16, 20
CONFIG = {
    "dataset": "many",
    "images": "images",
    "split": {"folds": 5, "validation": 0.2},
    "seeds": list(range(SEEDS)),
    "generator_seeds": list(range(SEEDS)),
    "extractor": None,
    "explain": {"images": 0},
    "generators": {"dcgan": {"size_px": 16}},
    "classifiers": {"cnn": {"family": "four_block_cnn", "size_px": 16}},
    "arms": {"real": {}, "gan": {"generator": "dcgan"}},
}


def noop_dag() -> Comparison:
    """16 classes, 5 folds and 20 seeds: 1,600 generators, 1,600 pools, 200 classifiers and what belongs to them."""
    folder = Path(tempfile.mkdtemp())
    for name in ("Snakefile", "workflow", "envs", "profiles", "config"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    for kind in range(CLASSES):
        for number in range(10):
            path = folder / "images" / f"c{kind:02d}" / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (20, 20), (kind, number, 0)).save(path)
    (folder / "study.yaml").write_text(yaml.safe_dump(CONFIG), encoding="utf-8")
    jobs = _make_outputs(folder)
    plain = _plain(jobs)

    def ours() -> None:
        assert _nothing(folder, "--configfile", "study.yaml")

    def peer() -> None:
        assert _nothing(plain)

    return Comparison(f"Snakemake's own, {jobs} jobs", "seconds", ours, peer, lambda: None, rounds=2)


def _snakemake(folder: Path, *options: str) -> str:
    words = [sys.executable, "-m", "snakemake", "--cores", "1", *options]
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout + done.stderr


def _nothing(folder: Path, *options: str) -> bool:
    return "Nothing to be done" in _snakemake(folder, "--dry-run", *options)


def _make_outputs(folder: Path) -> int:
    """Empty files for all outputs, as old as each other; returns the number of jobs."""
    lines = _snakemake(folder, "--summary", "--configfile", "study.yaml").splitlines()
    rows = [line.split("\t") for line in lines if line.startswith("results/")]
    for row in rows:
        path = folder / row[0]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(exist_ok=True) if row[0].endswith("snapshots") else path.touch()
    for row in rows:
        os.utime(folder / row[0], (1.7e9, 1.7e9))
    planned = _snakemake(folder, "--dry-run", "--forceall", "--configfile", "study.yaml")
    return int(next(line.split()[1] for line in planned.splitlines() if line.startswith("total")))


_RULE = """
rule {name}:
    input: {inputs}
    output: '{name}/{{i}}.txt'
    log: 'logs/{name}{{i}}.log'
    params: x=1
    shell: 'touch {{output}}'
"""


def _plain(jobs: int) -> Path:
    """As many jobs in three layers, each with an output, a log and a parameter."""
    folder, third = Path(tempfile.mkdtemp()), jobs // 3
    rules = [f"rule all:\n    input: expand('c/{{i}}.txt', i=range({third}))"]
    for name, inputs in (("a", ""), ("b", "'a/{i}.txt'"), ("c", "'a/{i}.txt', 'b/{i}.txt'")):
        rules.append(_RULE.format(name=name, inputs=inputs))
    (folder / "Snakefile").write_text("\n".join(rules), encoding="utf-8")
    for layer in "abc":
        (folder / layer).mkdir()
        for number in range(third):
            path = folder / layer / f"{number}.txt"
            path.touch()
            os.utime(path, (1.7e9, 1.7e9))
    return folder
