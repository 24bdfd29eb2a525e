"""A copy of the workflow with small generated images, and Snakemake at work in it."""

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import yaml
from PIL import Image, ImageDraw

from augury.code import sources
from tests.snakemakes import Forking

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("Snakefile", "workflow", "envs", "profiles", "config")
ENVIRONMENT = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
SNAKEMAKES = Forking()


def draw_image(path: Path, seed: int, kind: int, size: tuple[int, int] = (40, 32), mode: str = "RGB") -> None:
    """A textured blob whose shape and colour follow `kind`; equal arguments give equal files."""
    random = np.random.default_rng([seed, kind])
    # Blocks of random grey make every image unlike every other, at any resolution.
    texture = random.integers(90, 200, (8, 8, 3), dtype=np.uint8)
    image = Image.fromarray(texture).resize(size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    left, top = random.integers(2, size[0] // 3), random.integers(2, size[1] // 3)
    right, bottom = random.integers(size[0] // 2, size[0] - 2), random.integers(size[1] // 2, size[1] - 2)
    colour = [(200, 60, 60), (60, 200, 60), (60, 60, 200), (200, 200, 60)][kind % 4]
    shape = draw.ellipse if kind % 2 else draw.rectangle
    shape([int(left), int(top), int(right), int(bottom)], fill=colour)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.convert(mode).save(path)


def draw_classes(folder: Path, classes: int, images: int) -> list[str]:
    """Class folders c00, c01, ... of that many images each."""
    names = [f"c{kind:02d}" for kind in range(classes)]
    for kind, name in enumerate(names):
        for number in range(images):
            draw_image(folder / name / f"{number:03d}.png", number, kind)
    return names


def small_config(**changes) -> dict:
    """A study that trains everything and takes seconds: 16 px, a handful of weights, no score of an extractor."""
    config = {
        "dataset": "small",
        "images": "images",
        "split": {"validation": 0.2, "test": 0.2},
        "seeds": [0],
        "extractor": None,
        "statistics": {"bootstrap": 100},
        "explain": {"images": 0},
        "generators": {
            "gan": {"family": "dcgan", "size_px": 16, "width": 2, "latent_dim": 4, "batch": 4, "duration": 0.02}
        },
        "classifiers": {
            "cnn": {"family": "four_block_cnn", "size_px": 16, "widths": [2, 2, 4, 4], "epochs": 2, "batch": 8}
        },
        "arms": {"real": {}, "gan": {"generator": "gan", "ratio": 1}},
    }
    return config | changes


@cache
def _table_of_code() -> Path:
    table = ROOT / sources.TABLE
    sources.remember(ROOT / "workflow" / "scripts", table)
    return table


class Project:
    """A project folder of its own."""

    def __init__(self, folder: Path, config: dict) -> None:
        self.folder, self.environment, self.config = folder, dict(ENVIRONMENT), config
        for name in COPIED:
            source = ROOT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(
                source, folder / name, **({"ignore": shutil.ignore_patterns("__pycache__")} if source.is_dir() else {})
            )
        # As a plan leaves it, so that only what a test changes is parsed: modules are known by their content.
        (folder / sources.TABLE).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(_table_of_code(), folder / sources.TABLE)
        self.write_config(config)

    def write_config(self, config: dict, head: str = "") -> None:
        """The study's config as study.yaml, keys in the order given."""
        (self.folder / "study.yaml").write_text(head + yaml.safe_dump(config, sort_keys=False), encoding="utf-8")

    def command(self, *options: str, cores: int = 2) -> list[str]:
        """The command line of Snakemake for this study."""
        return [sys.executable, "-m", "snakemake", *self._words(options, cores)]

    def _words(self, options: tuple[str, ...], cores: int) -> list[str]:
        # Options first: --configfile takes every word that follows it.
        return ["--cores", str(cores), *options, "--configfile", "study.yaml"]

    def snakemake(self, *options: str, check: bool = True, cores: int = 2) -> subprocess.CompletedProcess[str]:
        """Run Snakemake to its end."""
        done = SNAKEMAKES.run(self._words(options, cores), self.folder, self.environment)
        assert not check or done.returncode == 0, done.stdout[-4000:] + done.stderr[-8000:]
        return done

    def run_plain(self, *options: str) -> subprocess.CompletedProcess:
        """Run what a plain `snakemake --cores all` runs: the demo."""
        words = [sys.executable, "-m", "snakemake", "--cores", "all", *options]
        done = subprocess.run(words, cwd=self.folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-8000:]
        return done

    def planned(self, *options: str) -> dict[str, list[str]]:
        """What a dry run would do: rule -> the wildcards of its jobs, sorted; empty when nothing is to be done."""
        done = self.snakemake("--dry-run", *options)
        jobs: dict[str, list[str]] = {}
        # Those that a cluster would be given together are indented.
        for rule, body in re.findall(
            r"^ *(?:local)?rule (\w+):\n(.*?)(?=\n\n|\n *(?:local)?rule |\Z)", done.stdout, re.M | re.S
        ):
            match = re.search(r"^ +wildcards: (.*)$", body, re.M)
            jobs.setdefault(rule, []).append(match.group(1) if match else "")
        jobs.pop("all", None)
        return {rule: sorted(wildcards) for rule, wildcards in jobs.items()}

    def results(self) -> Path:
        """The results of the study named in the config."""
        return self.folder / "results" / "small"


def table(path: Path) -> list[dict[str, str]]:
    """A TSV as dictionaries."""
    header, *lines = [line.split("\t") for line in path.read_text(encoding="utf-8").rstrip("\n").split("\n")]
    return [dict(zip(header, line, strict=True)) for line in lines]
