"""What are real images of an archive worth, by how they get their labels?

Reads a folder of class folders. Of each class some images are trained on, half of the others stand for an archive, and
the rest are tested, drawn anew many times. Features are a frozen network's, of which a probe is trained with as many
images of the archive per class as real ones (--ratio). Prints gains over the real images alone, paired over the draws,
in points of accuracy, with standard errors, and the share of right labels:
- nearest: `family: retrieved` of a pool without labels; pseudo: those of which the probe of the real images is surest;
- named, nearest: `family: retrieved` of a pool with labels; named, random: any image of the class's own.

    python benchmarks/pools.py images/hushem --train 12 --ratio 1
"""

import argparse
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import numpy as np
import torch
from PIL import Image
from synthetic_use import Set, chosen, fit, judged

from augury.images.files import list_files
from augury.images.fit import fit_image
from augury.scores.extractors import DEFAULT, features_of, load_extractor
from augury.study.images import Preparation


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("folder", type=Path)
    made.add_argument("--most", type=int, default=120, help="images per class; of classes with fewer, all")
    made.add_argument("--least", type=int, default=0, help="images that a class needs to be taken")
    made.add_argument("--train", type=int, default=12, help="real images per class")
    made.add_argument("--ratio", type=float, default=1.0, help="images of the archive per real one")
    made.add_argument("--draws", type=int, default=30)
    made.add_argument("--features", type=Path, help=".npz to keep features in, and to take them from where it is there")
    args = made.parse_args()
    torch.set_num_threads(1)
    features, labels = seen(args)
    found = [dict(outcomes(features, labels, args, draw)) for draw in range(args.draws)]
    base = np.array([each["real"][0] for each in found])
    print(f"real alone: accuracy {100 * base.mean():.1f}")
    for name in list(found[0])[1:]:
        gains, right = (np.array([each[name][place] for each in found]) for place in (0, 1))
        gains = 100 * (gains - base)
        error = gains.std(ddof=1) / len(gains) ** 0.5
        print(f"  {name:15} {gains.mean():+5.1f} +- {error:.1f}   {right.mean():.0%} right", flush=True)


def seen(args: argparse.Namespace) -> Set:
    """Features of every image and its class, by number."""
    if args.features and args.features.exists():
        kept = np.load(args.features)
        return kept["x"].astype(float), kept["y"]
    images, labels = [], []
    folders = [each for each in sorted(args.folder.iterdir()) if each.is_dir()]
    files = [paths for each in folders if len(paths := list_files([each])) >= max(args.least, 1)]
    for label, paths in enumerate(files):
        for index in np.random.default_rng(0).permutation(len(paths))[: args.most]:
            with Image.open(paths[index]) as image:
                images.append(fit_image(image.convert("RGB"), 224, "rgb", Preparation()))
            labels.append(label)
    extractor = load_extractor(DEFAULT, Path("resources/weights"))
    made = features_of(extractor, np.stack(images), torch.device("cpu"))
    if args.features:
        np.savez(args.features, x=made, y=labels)
    return made.astype(float), np.array(labels)


def outcomes(
    features: np.ndarray, labels: np.ndarray, args: argparse.Namespace, draw: int
) -> Iterator[tuple[str, tuple[float, float]]]:
    """Accuracy with each way of taking images of the archive, and the share of them that have the right label."""
    random, classes = np.random.default_rng(draw), range(labels.max() + 1)
    orders = [random.permutation(np.flatnonzero(labels == label)) for label in classes]
    cuts = [(0, args.train, (args.train + len(order)) // 2, len(order)) for order in orders]
    train, pool, test = (
        np.concatenate([order[start:stop] for order, (start, stop) in zip(orders, parts, strict=True)])
        for parts in zip(*(itertools.pairwise(each) for each in cuts), strict=True)
    )
    scale = features[train].std() * features.shape[1] ** 0.5
    scaled = (features - features[train].mean(axis=0)) / scale
    span = np.linalg.svd(scaled[np.concatenate([train, pool])], full_matrices=False)[2].T
    scaled = scaled @ span
    real, tested = (scaled[train], labels[train]), (scaled[test], labels[test])
    strength = chosen(real, draw)
    alone = fit(real, strength)
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    cosine = unit[pool] @ unit[train].T
    near = np.stack([cosine[:, labels[train] == label].max(axis=1) for label in classes], axis=1)
    named = labels[pool][:, None] == np.arange(len(classes))
    rankings = {"nearest": near, "pseudo": alone.predict_proba(scaled[pool])}
    rankings |= {"named, nearest": np.where(named, near, -1), "named, random": named + random.random(named.shape) - 1}
    yield "real", (judged(alone, tested)[0], 1.0)
    for name, values in rankings.items():
        own = values.argmax(axis=1)
        taken, called = [], []
        for label in classes:
            of_class = np.flatnonzero(own == label)
            best = of_class[np.argsort(-values[of_class, label])][: int(args.ratio * args.train + 0.5)]
            taken += pool[best].tolist()
            called += [label] * len(best)
        both = np.concatenate([real[0], scaled[taken]]), np.concatenate([real[1], called])
        yield name, (judged(fit(both, strength), tested)[0], float(np.mean(labels[taken] == np.array(called))))


if __name__ == "__main__":
    main()
