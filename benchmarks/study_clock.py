"""Where the time of a whole study goes, beside the very same steps in one process.

A study is run by Snakemake, each job a process of its own that loads what it needs; then its commands are carried out
in the same order, one after another, in one process that loads everything once: the limit. Prints seconds of the
processor by kind of step, of both. What ours takes on top of the limit are starts (imports, for the most part); what
Snakemake itself takes stands by itself, and what the clock took, of which some is waiting. Two virtual cores of one
real core make each other's seconds longer: with --cores 1 neither side has a neighbour, and seconds compare.

Images are drawn, so that a run needs none; with --images they are those of a folder of classes.

    python benchmarks/study_clock.py demo
    python benchmarks/study_clock.py default --images images/hushem --folds 3 --cores 1
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from many_jobs import ROOT, make_study

CORES = 2  # unless others are asked for
BESIDE = ("clock", "cores", "steps")
NOTED = "AUGURY_BENCHMARK_NOTES"  # file that the stand-in for python writes a line a step into
KINDS = {
    "reading": ("index_class", "split_class", "pack_class", "merge_split", "find_duplicates", "inspect_images"),
    "generators": ("train_generator",),
    "drawing": ("synthesize_images",),
    "features and scores": ("extract_features", "draw_features", "score_synthetic"),
    "classifiers": ("train_classifier", "ensemble_classifiers"),
    "predicting": ("predicting",),
    "verdict and tables": ("tabulate_results", "judge_arms", "vary_verdict", "weigh_gains"),
    "figures and report": ("plot_results", "build_report", "explain_classifier"),
}
_PYTHON = """#!{python} -SE
import json, os, sys
child = os.spawnv(os.P_NOWAIT, {python!r}, [{python!r}, *sys.argv[1:]])
_, status, used = os.wait4(child, 0)
name = os.path.basename(sys.argv[1]).removesuffix(".py") if len(sys.argv) > 1 else ""
with open(os.environ[{noted!r}], "a") as file:
    file.write(f"{{name}}\\t{{used.ru_utime + used.ru_stime:.3f}}\\t{{json.dumps(sys.argv[1:])}}\\n")
sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 1)
"""

# Small enough for `make bench`; what is cut are trainings, of which both sides have as many.
_MODEL = {"family": "diffusion", "size_px": 32, "channels": "auto", "duration": 0.4, "model_channels": 8}
_ARMS = {
    "real": {},
    "classical": {"classical": 1, "classical_augmentation": {"flip_horizontal": True}},
    "diffusion": {"generator": "diffusion", "ratio": 1},
}
_CNN = {"family": "four_block_cnn", "size_px": 64, "epochs": 4}
_LITE0 = {"architecture": "tf_efficientnet_lite0", "size_px": 64, "epochs": 2, "warmup_frozen_epochs": 1}
_ONCE, _FOLDS = ({"train": "rest", "validation": 0.1} | more for more in ({"test": 0.33}, {"folds": 5}))
STUDIES = {  # classes, images of each, and what is not as above
    "demo": (6, 17, {"split": _ONCE, "classifiers": {"cnn": _CNN}}),
    "default": (4, 54, {"split": _ONCE, "classifiers": {}}),
    "folds": (
        4,
        50,
        {
            "split": _FOLDS,
            "seeds": [0, 1],
            "classifiers": {"lite0": _LITE0},
            "ensembles": {"both": {}},
            "arms": {name: _ARMS[name] for name in ("real", "diffusion")},
        },
    ),
}


def main() -> None:
    """The command line."""
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("study", choices=STUDIES)
    made.add_argument("--images", type=Path, help="a folder of classes (default: drawn images)")
    made.add_argument("--folds", type=int, help="in place of the study's")
    made.add_argument("--cores", type=int, default=CORES, help="of the study by Snakemake (default: %(default)s)")
    made.add_argument("--tree", type=Path, default=ROOT, help="the workflow, such as that of an earlier commit")
    args = made.parse_args()
    with tempfile.TemporaryDirectory() as name:
        sides = both(args.study, Path(name), args.images, args.folds, args.tree, cores=args.cores)
    print(table(args.study, *sides))


# Of the processor, by kind of step; of a study also the clock and the numbers of cores and steps.
Seconds = dict[str, float]


def both(study: str, folder: Path, *options, cores: int = CORES) -> tuple[Seconds, Seconds]:
    """A study by Snakemake, and its steps in one process, with the same predictions. options: as of project."""
    folders = [project(folder / side, study, *options) for side in ("snakemake", "one-process")]
    ours, commands = by_snakemake(folders[0], cores)
    limit = of_one_process(folders[1], commands)
    same(*folders)
    return ours, limit


def total(side: Seconds) -> float:
    """Seconds of the processor."""
    return sum(seconds for kind, seconds in side.items() if kind not in BESIDE)


def table(study: str, ours: Seconds, limit: Seconds) -> str:
    """Both, kind by kind."""
    lines = [f"{study}: clock {ours['clock']:.0f} s, cores: {ours['cores']:.0f}, steps: {ours['steps']:.0f}"]
    lines += [f"{'':24}{'Snakemake':>10}{'one process':>13}"]
    kinds = [*KINDS, "other steps", "Snakemake"]
    lines += [f"{kind:24}{ours.get(kind, 0):10.1f}{limit.get(kind, 0):13.1f}" for kind in kinds]
    times = total(ours) / total(limit)
    return "\n".join(
        [*lines, f"{'seconds of the processor':24}{total(ours):10.1f}{total(limit):13.1f}, {times:.2f} times"]
    )


def project(folder: Path, study: str, images: Path | None = None, folds: int | None = None, tree: Path = ROOT) -> Path:
    """A folder with the workflow, images and the study's config."""
    classes, count, changes = STUDIES[study]
    config = {"dataset": "clock", "images": "images", "arms": _ARMS, "generators": {"diffusion": _MODEL}} | changes
    config["classifiers"] = {"probe": {"family": "probe"}} | config["classifiers"]
    config["extractor"] = "tf_efficientnet_lite0"  # whose weights are a package
    if folds:
        config["split"] = config["split"] | {"folds": folds}
    folder.mkdir(parents=True)
    made = make_study(folder, classes, 0 if images else count, config, tree)
    if images:
        shutil.copytree(images, made / "images", dirs_exist_ok=True)
    return made


def by_snakemake(folder: Path, cores: int) -> tuple[Seconds, list[list[str]]]:
    """Seconds of the processor by kind of step, of Snakemake, of the clock, cores and steps; their commands."""
    notes, stand_in = folder / "notes.tsv", folder / "bin" / "python"
    stand_in.parent.mkdir()
    stand_in.write_text(_PYTHON.format(python=sys.executable, noted=NOTED))
    stand_in.chmod(0o755)
    path = os.pathsep.join([str(stand_in.parent), str(Path(sys.executable).parent), os.environ["PATH"]])
    words = [sys.executable, "-m", "snakemake", "--cores", str(cores), "--configfile", "study.yaml"]
    before, began = _children(), time.monotonic()
    _run(words, folder, PATH=path, **{NOTED: str(notes)})
    clock, used = time.monotonic() - began, _children() - before
    steps = [line.split("\t") for line in notes.read_text().splitlines()]
    found = by_kind((name, float(seconds)) for name, seconds, _ in steps)
    found |= {"Snakemake": used - sum(found.values()), "clock": clock, "cores": cores, "steps": len(steps)}
    return found, [json.loads(words) for *_, words in steps]


def of_one_process(folder: Path, commands: list[list[str]]) -> Seconds:
    """The same of commands in one process, its imports among them."""
    path = folder / "commands.json"
    path.write_text(json.dumps(commands))
    before = _children()
    words = [sys.executable, str(Path(__file__).with_name("one_process.py")), str(folder), str(path)]
    found = by_kind(json.loads(_run(words, folder).splitlines()[-1]))
    return found | {"other steps": found.get("other steps", 0.0) + _children() - before - sum(found.values())}


def _run(words: list[str], folder: Path, **variables: str) -> str:
    """Both of its outputs, the standard one last."""
    done = subprocess.run(
        words, cwd=folder, env=os.environ | variables, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stderr + done.stdout


def by_kind(steps) -> dict[str, float]:
    """Sums of (script, seconds)."""
    kinds = {name: kind for kind, names in KINDS.items() for name in names}
    found: dict[str, float] = defaultdict(float)
    for name, seconds in steps:
        found[kinds.get(name, "other steps")] += seconds
    return dict(found)


def same(*folders: Path) -> None:
    """Both have the same predictions."""
    made = [
        {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("predictions.tsv")}
        for folder in folders
    ]
    assert made[0], "nothing was predicted"
    assert made[0].keys() == made[1].keys()
    assert made[0] == made[1], [name for name in made[0] if made[0][name] != made[1][name]][:3]


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
