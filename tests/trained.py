"""A small classifier, trained by its script on drawn images, with all that lies beside it."""

import json
from pathlib import Path

from PIL import Image

from augury.images.files import file_sha256
from augury.images.packing import write_pack
from augury.prediction.preparation import Preparation
from augury.tables.rows import DuplicateRow, ImageRow, SplitRow
from augury.tables.table import write_rows
from tests.project import draw_classes
from tests.scripts.in_process import call

PREPARATION = Preparation(fit="crop", pad="white", min_size_px=20)  # other than the defaults
SETTINGS = {
    "family": "four_block_cnn", "size_px": 16, "channels": "rgb", "widths": [4, 4, 8, 8], "epochs": 3, "batch": 4,
    "device": "cpu", "precision": "fp32", "learning_rate": 0.01,
}  # fmt: skip
PARTS = ["train"] * 6 + ["validation"] * 3 + ["test"] * 3


def train(
    folder: Path, parts: list[str] = PARTS, classes: int = 3, arm: dict | None = None, name: str = "cnn", **settings
) -> Path:
    """Draw, pack and split images below `folder`, train on them, and return the classifier's folder.

    settings: of another `family` they stand alone, but for size, channels and device. name: the classifier's.
    """
    common = {key: SETTINGS[key] for key in ("size_px", "channels", "device")}
    settings = (common if "family" in settings else SETTINGS) | settings
    names = draw_classes(folder / "images", classes, len(parts))
    for class_ in names:
        files = sorted((folder / "images" / class_).iterdir())
        rows = [
            ImageRow(file_sha256(file), str(file), class_, file.stem, *Image.open(file).size, "RGB") for file in files
        ]
        channels, size_px = settings["channels"], settings["size_px"]
        pack = folder / "packs" / f"{class_}.npy"
        write_pack(rows, [], pack, pack.with_suffix(".tsv"), size_px, channels, PREPARATION)
        split = [
            SplitRow(row.sha256, row.path, class_, row.specimen, part) for row, part in zip(rows, parts, strict=True)
        ]
        (folder / "splits").mkdir(exist_ok=True)
        write_rows(folder / "splits" / f"{class_}.tsv", SplitRow, split)
    write_rows(folder / "duplicates.tsv", DuplicateRow, [])
    output = folder / "holdout/classifiers/real" / name / "seed0"
    words = ["--name", name, "--arm-name", "real", "--arm", json.dumps(arm or {"real": 1}), "--split", "holdout"]
    words += ["--seed", 0, "--settings", json.dumps(settings), "--classes", *names, "--threads", 1]
    words += ["--packs", *(folder / "packs" / f"{name}.npy" for name in names), "--output", output]
    words += ["--splits", *(folder / "splits" / f"{name}.tsv" for name in names)]
    words += ["--duplicates", folder / "duplicates.tsv", "--preparation", PREPARATION.model_dump_json()]
    words += ["--guard", "enforce"]
    call("train_classifier", words)
    return output


def ensemble(folder: Path, *members: str) -> Path:
    """An ensemble of equal weights of classifiers that were trained below `folder`, and its folder."""
    arm = folder / "holdout/classifiers/real"
    words = ["--name", "both", "--seed", 0, "--weights", "equal", "--output", arm / "both/seed0", "--threads", 1]
    for option, name in (("--predictions", "predictions.tsv"), ("--classifiers", "classifier.json")):
        words += [option, *(arm / member / "seed0" / name for member in members)]
    call("ensemble_classifiers", words)
    return arm / "both/seed0"
