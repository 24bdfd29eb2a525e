"""A million images, once through everything: what index, duplicates, splits, packs, features and a training cost.

Makes images of 64 px in 100 classes (a texture and a form that belong to the class, under noise; no two alike) and
runs the workflow on them: index, search for duplicates, split, packs, features of MobileNetV2, and the four-block CNN
for one epoch. Prints, for each number of images, seconds and peak memory by rule, the disk that images and results
take, and how seconds grow: with the images, the exponent is 1. The features see images enlarged to 224 px, as scores of
generators do.

    python benchmarks/growth.py                                # 10,000 and 100,000 images
    python benchmarks/growth.py --images 1000000 --folder /somewhere    # hours; goes on where it was stopped
"""

import argparse
import math
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import numpy as np
import yaml
from many_jobs import COPIED, ROOT, snakemake
from PIL import Image

from augury.tables.benchmarks import costs

SIDE, CLASSES, BATCH = 64, 100, 500
EXTRACTOR = "mobilenetv2_100"
CONFIG = {
    "dataset": "growth",
    "images": "images",
    "seeds": [0],
    "extractor": EXTRACTOR,
    "split": {"validation": 0.1, "test": 0.2},
    "explain": {"images": 0},
    "classifiers": {"cnn": {"family": "four_block_cnn", "size_px": SIDE, "epochs": 1, "batch": 128}},
    "arms": {"real": {}},
}


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--images", type=int, nargs="+", default=[10_000, 100_000])
    made.add_argument("--folder", type=Path, help="where images and results are kept (default: nowhere)")
    made.add_argument("--cores", type=int, default=2)
    args = made.parse_args()
    before: dict[str, tuple[int, float]] = {}
    print("images", "rule", "steps", "cpu_s", "clock_s", "peak_mb", "exponent", sep="\t")
    for images in args.images:
        with tempfile.TemporaryDirectory() as kept:
            folder = (args.folder or Path(kept)) / str(images)
            began = time.perf_counter()
            draw(folder / "images", images, args.cores)
            drawn = time.perf_counter() - began
            # The training, which one core does, first, so that the others have something to do until its end; no lock,
            # as one that was stopped leaves it.
            words = ["--configfile", "study.yaml", "--nolock", "--prioritize", targets()[-1], "--", *targets()]
            run = snakemake(project(folder), *words, cores=args.cores)
            for name, steps, cpu, clock, peak in costs(folder / "results" / "growth"):
                exponent = growth(before.get(name), (images, cpu))
                print(images, name, steps, f"{cpu:.0f}", f"{clock:.0f}", f"{peak:.0f}", exponent, sep="\t", flush=True)
                before[name] = images, cpu
            exponent = growth(before.get("all"), (images, run.process))
            print(images, "all", "", f"{run.process:.0f}", f"{run.wall:.0f}", f"{run.peak_mb:.0f}", exponent, sep="\t")
            before["all"] = images, run.process
            sizes = (gigabytes(folder / name) for name in ("images", "results"))
            print("# {} images drawn in {:.0f} s; images {:.2f} GB, results {:.2f} GB".format(images, drawn, *sizes))


def targets() -> list[str]:
    """What is asked for: the features of all classes, and the classifier's predictions."""
    features = [f"results/growth/packs/{SIDE}px-rgb/c{kind:03d}.features-{EXTRACTOR}.npy" for kind in range(CLASSES)]
    return [*features, "results/growth/holdout/classifiers/real/cnn/seed0/predictions.tsv"]


def project(folder: Path) -> Path:
    """A project beside the images that takes the workflow by links."""
    for name in COPIED:
        if not (folder / name).exists():
            (folder / name).symlink_to(ROOT / name)
    (folder / "study.yaml").write_text(yaml.safe_dump(CONFIG), encoding="utf-8")
    return folder


def draw(folder: Path, images: int, cores: int) -> None:
    """So many images as JPEG files, class by class; a class that is complete is kept."""
    with ProcessPoolExecutor(cores) as pool:
        list(pool.map(partial(_draw_class, folder, images // CLASSES), range(CLASSES)))


def _draw_class(folder: Path, images: int, kind: int) -> None:
    own = folder / f"c{kind:03d}"
    own.mkdir(parents=True, exist_ok=True)
    if sum(1 for _ in own.iterdir()) == images:
        return
    of_class, random = np.random.default_rng(kind), np.random.default_rng([kind, images])
    tint, turn = of_class.uniform(60, 200, 3), of_class.uniform(0, np.pi)
    pitch, lobes = of_class.uniform(0.15, 0.9), of_class.integers(1, 7)
    for start in range(0, images, BATCH):
        count = min(BATCH, images - start)
        for number, pixels in enumerate(_pixels(random, count, tint, turn, pitch, lobes), start):
            Image.fromarray(pixels).save(own / f"{number:06d}.jpg", quality=90)


def _pixels(
    random: np.random.Generator, count: int, tint: np.ndarray, turn: float, pitch: float, lobes: int
) -> np.ndarray:
    """(count, SIDE, SIDE, 3) uint8: a lobed form with a grating on it, on a ground of clouds and noise."""
    row, column = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    place = [random.uniform(22, 42, (count, 1, 1)).astype(np.float32) for _ in range(2)]
    y, x = row - place[0], column - place[1]
    angle = np.arctan2(y, x) + random.uniform(0, 2 * np.pi, (count, 1, 1)).astype(np.float32)
    edge = random.uniform(10, 18, (count, 1, 1)).astype(np.float32) * (1 + 0.35 * np.cos(lobes * angle))
    form = 1 / (1 + np.exp(np.clip(np.hypot(x, y) - edge, -30, 30)))
    at = turn + random.normal(0, 0.1, (count, 1, 1)).astype(np.float32)
    phase = random.uniform(0, 2 * np.pi, (count, 1, 1)).astype(np.float32)
    grating = 40 * np.sin(pitch * (x * np.cos(at) + y * np.sin(at)) + phase)
    clouds = sum(
        np.kron(random.normal(0, 12, (count, step, step)), np.ones((SIDE // step,) * 2)) for step in (4, 8, 16)
    )
    colours = tint + random.normal(0, 15, (count, 1, 1, 3))
    ground = random.uniform(40, 220, (count, 1, 1, 3))
    shown = ground + clouds[..., None] + form[..., None] * (colours - ground + grating[..., None])
    return np.clip(shown + random.normal(0, 6, shown.shape), 0, 255).astype(np.uint8)


def growth(before: tuple[int, float] | None, now: tuple[int, float]) -> str:
    """The power of the number of images by which seconds have grown; nothing where there is one number."""
    if before is None or before[1] <= 0 or now[1] <= 0:
        return ""
    return f"{math.log(now[1] / before[1]) / math.log(now[0] / before[0]):.2f}"


def gigabytes(folder: Path) -> float:
    """The sizes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e9


if __name__ == "__main__":
    main()
