"""Is a start from unlabelled relatives worth its time? Generators of small classes, from scratch and from a pool.

Of a folder of class folders some classes have few training images; the images of all others, without their labels, are
the pool. A DCGAN per class and a class-conditional diffusion model for all of these are trained from scratch, and begun
with one that was trained on the pool: in all for as many images seen, those of the pool included, which classes share
and each of them is charged with (`pool` beside `scratch`); and from scratch for what is left (`scratch, short`). Scores
are the Frechet distance and KID of MobileNetV2's features of as many generated as held-out images; those of the pool's
own generator and of the training images stand beside them. Prints one row per draw of training images, class and start,
then means over classes with their standard errors over draws.

    python benchmarks/pool_training.py images/copepods --classes eggs large flatheads --pool-kimg 30 --kimg 40
"""

import argparse
import contextlib
import io
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "workflow" / "scripts")]

SIZE, JUDGE = 32, "mobilenetv2_100"
FORMS: dict[str, dict[str, Any]] = {
    "dcgan": {"width": 16, "max_width": 64, "latent_dim": 64, "batch": 32, "precision": "fp32"},
    "diffusion": {"model_channels": 8},
}


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("images", type=Path, help="folder of class folders")
    made.add_argument("--classes", nargs="+", required=True, help="the small classes")
    made.add_argument("--family", choices=FORMS, default="dcgan")
    made.add_argument("--train", type=int, default=10, help="training images of each")
    made.add_argument("--held-out", type=int, default=150, help="images of each that are compared with")
    made.add_argument("--most", type=int, default=100, help="images of each other class in the pool")
    made.add_argument("--kimg", type=float, default=40, help="thousand images seen, in all")
    made.add_argument("--pool-kimg", type=float, default=30, help="those of them that are the pool's")
    made.add_argument("--draws", type=int, default=3)
    args = made.parse_args()
    import torch

    torch.set_num_threads(1)
    pictures = {path.name: sorted(path.iterdir()) for path in sorted(args.images.iterdir()) if path.is_dir()}
    others = [paths for name, paths in pictures.items() if name not in args.classes]
    pool = np.stack([fitted(path) for paths in others for path in _few(paths, args.most)])
    judge, results = Judge(), []
    print(f"{args.family}: a pool of {len(pool)} images\ndraw\tclass\tstart\tFD\tKID x 1000", flush=True)
    for draw in range(args.draws):
        began, small, held = time.process_time(), [], []
        for name in args.classes:
            order = np.random.default_rng(draw).permutation(len(pictures[name]))
            images = np.stack([fitted(pictures[name][index]) for index in order[: args.train + args.held_out]])
            small.append(images[: args.train])
            held.append(judge.features(images[args.train :]))
        with tempfile.TemporaryDirectory() as folder:
            drawn = trained(args, pool, small, draw, Path(folder))
        for index, name in enumerate(args.classes):
            shown = {start: images[index] for start, images in drawn.items()} | {"real": small[index]}
            for start, images in shown.items():
                scores = judge.compare(images, held[index], draw)
                results.append((draw, start, *scores))
                print(f"{draw}\t{name}\t{start}\t{scores[0]:.1f}\t{1000 * scores[1]:.1f}", flush=True)
        print(f"# {time.process_time() - began:.0f} CPU seconds", flush=True)
    summarise(results, args.draws)


def fitted(path: Path) -> np.ndarray:
    """An image (S, S, 1) uint8."""
    from PIL import Image

    from augury.images.fit import fit_image
    from augury.study.images import Preparation

    with Image.open(path) as image:
        return fit_image(image.convert("L"), SIZE, "grey", Preparation()).reshape(SIZE, SIZE, 1)


def _few(paths: Sequence[Path], most: int) -> list[Path]:
    return [paths[index] for index in np.random.default_rng(0).permutation(len(paths))[:most]]


def trained(
    args: argparse.Namespace, pool: np.ndarray, small: Sequence[np.ndarray], draw: int, folder: Path
) -> dict[str, list[np.ndarray]]:
    """For each start the images of each class, as many as are held out; `pool alone` are those of the pool's own."""
    count, short = args.held_out, args.kimg - args.pool_kimg
    train(args.family, [pool], args.pool_kimg, draw, folder / "relatives")
    results = {"pool alone": [generated(folder / "relatives", None, count, draw)] * len(small)}
    starts = ("scratch", args.kimg, None), ("pool", short, "relatives"), ("scratch, short", short, None)
    for name, kimg, start in starts:
        begun = folder / start if start else None
        if args.family == "diffusion":
            train(args.family, small, kimg, draw, folder / name, begun)
            results[name] = [generated(folder / name, label, count, draw) for label in range(len(small))]
        else:
            results[name] = []
            for label, images in enumerate(small):
                train(args.family, [images], kimg, draw, folder / name / str(label), begun)
                results[name].append(generated(folder / name / str(label), None, count, draw))
    return results


def train(
    family: str, images: Sequence[np.ndarray], kimg: float, seed: int, output: Path, start: Path | None = None
) -> None:
    """Train on images (n, S, S, 1) of one class or several, by the workflow's own training."""
    import importlib

    from augury.generators.data import TrainingPart
    from augury.generators.run import train
    from augury.generators.transfer import open_start
    from augury.settings.families import family as declared
    from augury.settings.reading import checked

    task = importlib.import_module(f"augury.generators.{family}.training").TASK
    given = FORMS[family] | {"family": family, "size_px": SIZE, "channels": "grey", "duration": kimg}
    settings = checked(given, declared("generators", family).settings)
    labels = np.repeat(np.arange(len(images)), [len(each) for each in images])
    part = TrainingPart(np.concatenate(images), labels, [], [], [])
    classes = [f"c{index}" for index in range(len(images))]
    about = {"generator": output.name, "split": "s", "seed": seed, "class": "all" if len(classes) > 1 else "c0"}
    begun = open_start(start, "pool", family, [], "enforce", "it") if start else None
    output.mkdir(parents=True)
    with contextlib.redirect_stdout(io.StringIO()):
        train(task, about | {"classes": classes}, settings, part, begun, "cpu", 1, output)


def generated(folder: Path, label: int | None, count: int, seed: int) -> np.ndarray:
    """Images (count, S, S, 1) uint8."""
    import torch

    from augury.generators.weights import load_generator
    from augury.latent.drawing import Drawer

    network, _ = load_generator(folder)
    drawer = Drawer(network, label, torch.device("cpu"))
    seeds = [100_000 * (seed + 1) + index for index in range(count)]
    return drawer.images(drawer.of_seeds(seeds), torch.tensor(seeds)).numpy()


class Judge:
    """A packaged network that saw none of the trainings."""

    def __init__(self) -> None:
        from augury.scores.extractors import load_extractor

        self.extractor = load_extractor(JUDGE, HERE.parent / "resources" / "weights")

    def features(self, images: np.ndarray) -> np.ndarray:
        """Of images (n, S, S, 1)."""
        import torch

        from augury.scores.extractors import extract

        with contextlib.redirect_stdout(io.StringIO()):
            return extract(self.extractor, np.repeat(images, 3, axis=3), torch.device("cpu"))

    def compare(self, images: np.ndarray, held: np.ndarray, seed: int) -> tuple[float, float]:
        """Frechet distance and unbiased kernel distance (cubic kernel of KID, all pairs) of images to held-out ones."""
        from augury.scores.frechet.distance import frechet_distance

        made = self.features(images)
        kernel = lambda a, b: (a @ b.T / a.shape[1] + 1) ** 3  # noqa: E731
        within = [kernel(each, each) for each in (made, held)]
        off = [(each.sum() - np.trace(each)) / (len(each) * (len(each) - 1)) for each in within]
        return frechet_distance(made, held), float(sum(off) - 2 * kernel(made, held).mean())


def summarise(results: Sequence[tuple[int, str, float, float]], draws: int) -> None:
    """Means over classes, with standard errors over draws, and what is less than from scratch, paired by draw."""

    def by_draw(start: str, column: int) -> np.ndarray:
        return np.array(
            [np.mean([row[column] for row in results if row[:2] == (draw, start)]) for draw in range(draws)]
        )

    def told(values: np.ndarray, factor: float) -> str:
        error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
        return f"{factor * values.mean():.1f} ± {factor * error:.1f}"

    print("start\tFD\tless than scratch\tless than scratch, short\tKID x 1000\tless\tless")
    for start in dict.fromkeys(row[1] for row in results):
        cells = []
        for column, factor in ((2, 1), (3, 1000)):
            own = by_draw(start, column)
            less = [told(by_draw(other, column) - own, factor) for other in ("scratch", "scratch, short")]
            cells += [told(own, factor), *less]
        print("\t".join([start, *cells]))


if __name__ == "__main__":
    main()
