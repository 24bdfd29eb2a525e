"""A finished study with a classifier that was trained, pools of images that were drawn, and its report."""

import json
import shutil
from pathlib import Path

import numpy as np

from augury.generators.pools import write_pool
from augury.tables.description import save_description
from augury.tables.rows import SyntheticRow
from tests.project import ROOT
from tests.report_studies import study
from tests.scripts.in_process import call
from tests.trained import train

SETTINGS = {
    "source": "a museum's drawer", "images": "images", "classifiers": {"cnn": {"family": "four_block_cnn"}},
    "generators": {"dcgan": {"family": "dcgan"}, "copier": {"family": "copier"}},
    "arms": {"real": {}, "dcgan": {"generator": "dcgan"}, "copier": {"generator": "copier"}},
}  # fmt: skip


def finished(folder: Path, **settings: object) -> Path:
    """The folder results/plankton of a study of three classes below `folder`."""
    results, names = folder / "results/plankton", ("c00", "c01", "c02")
    sources = study(results, classes=names, arms=("real", "dcgan"), classifiers=("cnn",), n_splits=1)
    (results / "images").mkdir()
    for name in ("manifest", "quarantine", "duplicates"):
        (results / f"{name}.tsv").rename(results / "images" / f"{name}.tsv")
    (results / "splits" / "fold1.tsv").rename(results / "splits" / "holdout.tsv")
    (results / "images" / ".hashes.tsv").write_text("augury-hashes-1\nof a listing\n")  # what a plan keeps
    shutil.rmtree(results / "fold1")
    trained = train(folder / "trained", epochs=1)
    kept = results / "holdout/classifiers/real/cnn/seed0"
    shutil.copytree(trained, kept)
    drawn = np.random.default_rng(0).integers(0, 255, (2, 16, 16, 3), np.uint8)
    for name in ("dcgan", "copier"):
        for class_ in names:
            rows = [
                SyntheticRow(f"{number:06d}", "shard-000000.tar", class_, name, number, False) for number in range(2)
            ]
            write_pool(results / f"holdout/synthetic/{name}/random/seed0" / class_, drawn, rows, {})
    record = {"generator": "dcgan", "split": "holdout", "seed": 0, "class": "all", "classes": names, "n_train": 18}
    record |= {"leaked": False, "channels": 3, "device": "cpu", "settings": {"family": "dcgan"}}
    generator = results / "holdout/generators/dcgan/seed0/all"
    save_description(generator / "generator.json", record)
    shutil.copy(kept / "classifier.safetensors", generator / "generator.safetensors")
    report(results, sources.settings | SETTINGS | settings)
    return results


def report(results: Path, settings: dict) -> None:
    """Build its report anew."""
    words = ["--tables", results / "tables", "--figures", results / "figures", "--settings", json.dumps(settings)]
    words += ["--captions", ROOT / "workflow/report", "--output", results / "report.html", "--threads", 1]
    words += ["--methods", results / "tables/methods.md", "--references", results / "tables/references.bib"]
    words += ["--config-copy", results / "config.json", "--splits", *sorted((results / "splits").glob("*.tsv"))]
    words += ["--classifiers", *results.glob("*/classifiers/*/*/*/classifier.json")]
    words += ["--generators", *results.glob("*/generators/*/*/*/generator.json")]
    for name in ("manifest", "quarantine", "duplicates"):
        words += [f"--{name}", results / "images" / f"{name}.tsv"]
    call("build_report", words)
