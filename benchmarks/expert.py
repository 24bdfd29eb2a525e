"""Twenty images per class: what augury recommends beside an expert's own script, on the same images of every folder.

Runs benchmarks/few_images.yaml on each folder (a fine-tuned EfficientNet-Lite0, a probe on three networks and the
ensemble of both, trained on 20 images of each class, tested on what is left of 50, in two draws), then peers/expert.py
on the same images, and prints accuracies, seconds of the clock (of ours where nothing was there before) and how much
the ensemble is above the mean of the script's two: over folders, with a 95% interval (t).

    python benchmarks/expert.py --images images/hushem images/lithology --folder /somewhere    # goes on after a stop
"""

import argparse
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import numpy as np
import torch
from many_jobs import COPIED, ROOT, snakemake
from peers import expert
from scipy import stats

from augury.classifiers import pretrained
from augury.classifiers.timm_zoo import network as timm_zoo
from augury.tables.predictions import read_predictions
from augury.tables.rows import SplitRow
from augury.tables.table import read_rows

OURS = ("lite0", "probe", "lite0+probe")
THEIRS = ("finetuned", "logistic", "mean")
SPLITS = ("holdout", "repeat2-holdout")
EACH = 50  # images of a class, at most


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--images", type=Path, nargs="+", required=True, help="folders of one folder per class")
    made.add_argument("--folder", type=Path, required=True, help="where the studies are kept")
    made.add_argument("--cores", type=int, default=2)
    args = made.parse_args()
    torch.set_num_threads(args.cores)
    print("images", "split", *OURS, "seconds", *THEIRS, "seconds", sep="\t", flush=True)
    gains = []
    for images in args.images:
        project = args.folder / images.name
        began = time.perf_counter()
        run_study(project, images.resolve(), args.cores)
        spent = (time.perf_counter() - began) / len(SPLITS)
        rows = []
        for split in SPLITS:
            ours, theirs, seconds = compare(project, split)
            cells = [[f"{each:.3f}" for each in side] for side in (ours, theirs)]
            print(images.name, split, *cells[0], f"{spent:.0f}", *cells[1], f"{seconds:.0f}", sep="\t", flush=True)
            rows.append(ours[-1] - theirs[-1])
        gains.append(float(np.mean(rows)))
    if len(gains) > 1:
        half = stats.t.ppf(0.975, len(gains) - 1) * stats.sem(gains)
        print(f"# all: {100 * np.mean(gains):+.1f} ± {100 * half:.1f} points over {len(gains)} folders")


def run_study(project: Path, images: Path, cores: int) -> None:
    """The study of one folder, in a project of its own that takes the workflow and EACH images of a class by links."""
    project.mkdir(parents=True, exist_ok=True)
    for name in (*COPIED, "benchmarks"):
        if not (project / name).exists():
            (project / name).symlink_to(ROOT / name)
    for kind in sorted(each for each in images.iterdir() if each.is_dir()):
        files = sorted(each for each in kind.rglob("*") if each.is_file())
        (project / "images" / kind.name).mkdir(parents=True, exist_ok=True)
        for file in random.Random(0).sample(files, min(EACH, len(files))):
            (project / "images" / kind.name / file.name).unlink(missing_ok=True)
            (project / "images" / kind.name / file.name).symlink_to(file)
    targets = [_predictions(draw, "lite0+probe") for draw in SPLITS]
    snakemake(project, "--configfile", "benchmarks/few_images.yaml", "--", *targets, cores=cores)


def compare(project: Path, split: str) -> tuple[list[float], list[float], float]:
    """Accuracies of our classifiers and of the script's on one split, and the script's seconds of the clock."""
    said = [read_predictions(project / _predictions(split, name)).of("test") for name in OURS]
    tables = sorted((project / "results/few/splits" / split).glob("*.tsv"))
    rows = [row for table in tables for row in read_rows(table, SplitRow)]
    files, train = {row.sha256: project / row.path for row in rows}, [row for row in rows if row.part == "train"]
    classes = said[0].classes
    known = [project / row.path for row in train], np.array([classes.index(row.class_) for row in train])
    test, truth = [files[each] for each in said[0].sha256], said[0].labels
    torch.manual_seed(0)
    began = time.perf_counter()
    tuned = expert.finetuned(_model(expert.BACKBONES[0], len(classes)), known, test)
    fitted = expert.logistic([_model(name, len(classes)) for name in expert.BACKBONES], known, test)
    seconds = time.perf_counter() - began
    theirs = [float((each.argmax(axis=1) == truth).mean()) for each in (tuned, fitted, (tuned + fitted) / 2)]
    return [float((each.predicted == each.labels).mean()) for each in said], theirs, seconds


def _predictions(split: str, name: str) -> str:
    return f"results/few/{split}/classifiers/real/{name}/seed0/predictions.tsv"


def _model(name: str, classes: int) -> torch.nn.Module:
    """timm's model with the packaged weights and a new head."""
    made = timm_zoo.build(name, expert.PX, channels=3, classes=classes)
    pretrained.fill(made, name, True, ROOT / "resources" / "weights")
    return made.network


if __name__ == "__main__":
    main()
