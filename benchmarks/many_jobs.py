"""A study of thousands of jobs whose results look made, and a plain Snakefile of its shape, to time planning with.

Run as a script in a project's folder it makes empty files for all outputs and has Snakemake note each job as done, as
it does after a real run, in seconds: `snakemake --touch` waits a tenth of a second for every job.

    python many_jobs.py --cores 1 --configfile study.yaml
"""

import dataclasses
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("Snakefile", "workflow", "envs", "profiles", "config")
CONFIG = {
    "dataset": "many",
    "images": "images",
    "extractor": None,
    "explain": {"images": 0},
    "generators": {"dcgan": {"size_px": 16}},
    "classifiers": {"cnn": {"family": "four_block_cnn", "size_px": 16}},
    "arms": {"real": {}, "gan": {"generator": "dcgan"}},
}


@dataclasses.dataclass(frozen=True)
class Run:
    """What a run of Snakemake cost: seconds of the clock and of the processor, and its peak memory in MB."""

    text: str
    wall: float
    process: float
    peak_mb: float

    @property
    def idle(self) -> bool:
        """Whether nothing was to be done."""
        return "Nothing to be done" in self.text

    @property
    def jobs(self) -> int:
        """Number of jobs that a dry run counts."""
        return int(next(line.split()[1] for line in self.text.splitlines() if line.startswith("total ")))


def snakemake(folder: Path, *options: str, cores: int = 1, made_by: tuple[str, ...] = ("-m", "snakemake")) -> Run:
    """Run Snakemake to its end in a folder. Raises AssertionError with what it said when it fails."""
    words = [sys.executable, *made_by, "--cores", str(cores), *options]
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    with tempfile.TemporaryFile("w+") as output:
        began = time.perf_counter()
        process = subprocess.Popen(words, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    assert process.returncode == 0, text[-2000:]
    return Run(text, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def make_done(folder: Path, *options: str) -> None:
    """Make all results look made."""
    snakemake(folder, "--forceall", *options, made_by=(str(Path(__file__).resolve()),))


def many(folds: int, seeds: int) -> dict:
    """A config with one generator per class, a classifier and two arms, in so many folds and seeds."""
    numbers = list(range(seeds))
    return CONFIG | {"split": {"folds": folds, "validation": 0.2}, "seeds": numbers, "generator_seeds": numbers}


def make_study(folder: Path, classes: int, images: int, config: dict, tree: Path = ROOT) -> Path:
    """A project of its own with generated images of 20 px in as many classes, and its config as study.yaml.

    tree: the workflow that it takes.
    """
    import yaml

    for name in COPIED:
        source = tree / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    for kind in range(classes):
        for number in range(images):
            draw_image(folder / "images" / f"c{kind:03d}" / f"{number:04d}.png", kind * images + number)
    (folder / "study.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    return folder


def draw_image(path: Path, seed: int) -> None:
    """An image of noise that is unlike every other."""
    import numpy as np
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (20, 20, 3), dtype=np.uint8)).save(path)


def make_plain(folder: Path, classes: int, folds: int, seeds: int) -> Path:
    """A Snakefile with the rules of such a study, each with as many inputs, outputs, logs and parameters.

    It is written as a tutorial would: patterns and expand(), and nothing is computed for a job but its name. The merged
    tables and figures at the study's end stand in one rule.
    """
    head = f"C, F, S = range({classes}), range({folds}), range({seeds})\n"
    (folder / "Snakefile").write_text(head + _PLAIN, encoding="utf-8")
    return folder


_PLAIN = """
ALL = dict(f=F, s=S, arm=["real", "gan"])
RUNS = expand("run/{f}/{arm}/{s}/predictions.tsv", **ALL)
ABOUT = expand("run/{f}/{arm}/{s}/classifier.json", **ALL)
MODELS = expand("model/{f}/{s}/{c}/generator.json", f=F, s=S, c=C)
HISTORIES = expand("model/{f}/{s}/{c}/history.tsv", f=F, s=S, c=C)
TABLES = expand("tables/{name}.tsv", name=range(10))
FIGURES = expand("figures/{name}.svg", name=range(6))

rule all:
    input: "report.html", MODELS

rule index:
    output: expand("index/{{c}}.{name}", name=["index", "quarantine", "duplicates", "fingerprints"])
    log: "logs/index/{c}.log"
    benchmark: "bench/index/{c}.tsv"
    params: code="x", digest="x", settings="x", pins="x"
    resources: mem_mb=1000, runtime=10
    shell: "touch {output} # {params}"

rule merge:
    input: expand("index/{c}.{name}", c=C, name=["index", "quarantine", "duplicates", "fingerprints"])
    output: "manifest.tsv", "quarantine.tsv", "duplicates.tsv"
    log: "logs/merge.log"
    params: code="x", pins="x"
    shell: "touch {output} # {params}"

rule split:
    input: "index/{c}.index"
    output: "split/{f}/{c}.tsv"
    log: "logs/split/{f}/{c}.log"
    benchmark: "bench/split/{f}/{c}.tsv"
    params: code="x", settings="x", brought="x", digest="x", pins="x"
    resources: mem_mb=1000, runtime=10
    shell: "touch {output} # {params}"

rule merge_split:
    input: expand("split/{{f}}/{c}.tsv", c=C)
    output: "splits/{f}.tsv"
    log: "logs/merge_split/{f}.log"
    params: code="x", pins="x"
    shell: "touch {output} # {params}"

rule pack:
    input: "index/{c}.index"
    output: expand("pack/{size}/{{c}}.{suffix}", suffix=["npy", "tsv"], allow_missing=True)
    log: "logs/pack/{size}/{c}.log"
    benchmark: "bench/pack/{size}/{c}.tsv"
    params: code="x", size="x", channels="x", settings="x", pins="x"
    resources: mem_mb=1000, runtime=10
    shell: "touch {output} # {params}"

rule train:
    input: "pack/grey/{c}.npy", "pack/grey/{c}.tsv", "split/{f}/{c}.tsv"
    output:
        [f"model/{{f}}/{{s}}/{{c}}/{name}" for name in (
            "generator.json", "history.tsv", "weights", "training.tsv", "critic", "samples.png", "cuts.png",
            "walk.png", "leaks.tsv", "snapshots")]
    log: "logs/train/{f}/{s}/{c}.log"
    benchmark: "bench/train/{f}/{s}/{c}.tsv"
    params: code="x", settings="x", classes="x", start="x", start_digest="x", folder="x", guard="x", pins="x"
    resources: mem_mb=1000, runtime=10
    shell: "touch {output} # {params}"

rule draw:
    input: "model/{f}/{s}/{c}/generator.json", "model/{f}/{s}/{c}/weights", "split/{f}/{c}.tsv"
    output: "pool/{f}/{s}/{c}.tsv"
    log: "logs/draw/{f}/{s}/{c}.log"
    benchmark: "bench/draw/{f}/{s}/{c}.tsv"
    params: code="x", generator="x", options="x", images="x", folder="x", pins="x"
    resources: mem_mb=1000, runtime=10
    shell: "touch {output} # {params}"

rule classify:
    input:
        expand("pack/rgb/{c}.{suffix}", c=C, suffix=["npy", "tsv"]),
        expand("split/{{f}}/{c}.tsv", c=C),
        lambda wildcards: expand("pool/{f}/{s}/{c}.tsv", f=wildcards.f, s=wildcards.s, c=C)
        if wildcards.arm == "gan" else [],
        "duplicates.tsv",
    output:
        [f"run/{{f}}/{{arm}}/{{s}}/{name}" for name in (
            "weights", "classifier.json", "reference", "history.tsv", "predictions.tsv", "leaks.tsv")]
    log: "logs/classify/{f}/{arm}/{s}.log"
    benchmark: "bench/classify/{f}/{arm}/{s}.tsv"
    params: code="x", settings="x", weights="x", arm="x", pools="x", classes="x", folder="x", guard="x", pins="x"
    resources: mem_mb=1000, runtime=10
    shell: "touch {output} # {params}"

rule tables:
    input: RUNS, ABOUT, MODELS
    output: TABLES
    log: "logs/tables.log"
    params: code="x", pins="x"
    shell: "touch {output} # {params}"

rule figure:
    input: RUNS, HISTORIES
    output: "figures/{name}.svg"
    log: "logs/figures/{name}.log"
    params: code="x", pins="x"
    shell: "touch {output} # {params}"

rule report:
    input: TABLES, FIGURES, "manifest.tsv", expand("splits/{f}.tsv", f=F), ABOUT, MODELS, HISTORIES
    output: "report.html"
    log: "logs/report.log"
    params: code="x", settings="x", pins="x"
    shell: "touch {output} # {params}"
"""


def _note_all_as_done() -> None:
    """Run Snakemake with its scheduler replaced by one that makes empty files."""
    from snakemake.cli import main
    from snakemake.scheduling.job_scheduler import JobScheduler

    def schedule(self) -> bool:
        jobs, now = list(self.workflow.dag.jobs), time.time()
        for path in (path for job in jobs for path in job.output):
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).mkdir(exist_ok=True) if path.is_directory else Path(path).touch()
            os.utime(path, (now, now))

        async def note() -> None:
            for job in jobs:
                await self.workflow.persistence.finished(job)

        self.workflow.async_run(note())
        return True

    JobScheduler.schedule = schedule
    main()


if __name__ == "__main__":
    _note_all_as_done()
