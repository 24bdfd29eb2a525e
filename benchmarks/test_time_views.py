"""What test-time averaging buys a probe: one view of a test image, two, four or eight, on sets of real images.

A probe is trained on the eight views of every training image, its strength chosen by folds over specimens, and asked in
five folds, twice. Prints accuracy and log loss by one view, and what more views change, with 95% intervals of a
bootstrap over specimens; then the seconds of the processor that EfficientNet-Lite0 takes for eight views, view by view
as classifiers look at them, and all views of a block in one pass.

    python benchmarks/test_time_views.py --cache features --images hushem pbc/images --most 45
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import numpy as np
import torch
from cached_features import ARCHITECTURE, SIZE_PX, Cached, cached_features
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from augury.classifiers.evaluation import BLOCK, dihedral_views
from augury.classifiers.timm_zoo import network as timm_zoo

STRENGTHS = (0.1, 1.0, 10.0, 100.0)
VIEWS = {"2: flip": [0, 4], "4: quarter turns": [0, 1, 2, 3], "8": list(range(8))}
FOLDS, REPEATS, REPLICATES = 5, 2, 2000


def main() -> None:
    """The command line."""
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--images", type=Path, nargs="*", default=[], help="folders of class folders")
    made.add_argument("--cache", type=Path, default=Path("features"), help="folder for features")
    made.add_argument("--most", type=int, default=45, help="images of each class (default: 45)")
    made.add_argument("--specimen", default="([^/]+_(?:no)?fish[0-9]+)_frame", help="whose group names the specimen")
    args = made.parse_args()
    args.cache.mkdir(exist_ok=True)
    print("set\timages\tviews\taccuracy\tlog loss")
    for folder in args.images:
        report(cached_features(folder, args.cache, args.most, 8, args.specimen))
    print(
        "eight views of a block of 16, seconds of the processor: one by one {:.2f}, in one pass {:.2f}".format(*cost())
    )


def report(data: Cached) -> None:
    """The rows of one set."""
    rows = data.features.astype(np.float64)
    rows = np.sign(rows) * np.sqrt(np.abs(rows))
    rows /= rows[:, 0].std() * np.sqrt(rows.shape[2])
    shown = np.concatenate([in_folds(rows, data, repeat) for repeat in range(REPEATS)], axis=2)  # (N, V, R * K)
    shown = shown.reshape(*shown.shape[:2], REPEATS, len(data.classes))
    one = measures(shown[:, :1], data.labels)
    cells = [f"{mean:.3f} ({low:.3f} to {high:.3f})" for mean, low, high in intervals(one, data.specimens)]
    print(data.name, len(rows), "1", *cells, sep="\t")
    for name, views in VIEWS.items():
        gained = intervals(measures(shown[:, views], data.labels) - one, data.specimens)
        print(data.name, len(rows), name, *(f"{mean:+.3f} ({a:+.3f} to {b:+.3f})" for mean, a, b in gained), sep="\t")
    sys.stdout.flush()


def in_folds(rows: np.ndarray, data: Cached, seed: int) -> np.ndarray:
    """Probabilities (N, V, K) of each image's views by a probe that has not seen its specimen."""
    shown = np.zeros((*rows.shape[:2], len(data.classes)))
    for fit, held_out in folds(FOLDS, seed).split(rows, data.labels, data.specimens):
        labels, specimens = data.labels[fit], data.specimens[fit]
        inner = list(folds(3, seed).split(fit, labels, specimens))
        losses = [
            sum(loss(trained(rows[fit[a]], labels[a], strength), rows[fit[b]], labels[b]) for a, b in inner)
            for strength in STRENGTHS
        ]
        model = trained(rows[fit], labels, STRENGTHS[int(np.argmin(losses))])
        flat = model.predict_proba(rows[held_out].reshape(-1, rows.shape[2]))
        shown[held_out[:, None], :, model.classes_] = flat.reshape(len(held_out), rows.shape[1], -1).transpose(0, 2, 1)
    return shown


def folds(number: int, seed: int) -> StratifiedGroupKFold:
    """Over specimens."""
    return StratifiedGroupKFold(number, shuffle=True, random_state=seed)


def trained(rows: np.ndarray, labels: np.ndarray, strength: float) -> LogisticRegression:
    """On every view."""
    views = rows.shape[1]
    model = LogisticRegression(C=strength / views, max_iter=500)
    return model.fit(rows.reshape(-1, rows.shape[2]), np.repeat(labels, views))


def loss(model: LogisticRegression, rows: np.ndarray, labels: np.ndarray) -> float:
    """Of averages over views."""
    made = model.predict_proba(rows.reshape(-1, rows.shape[2])).reshape(*rows.shape[:2], -1).mean(axis=1)
    columns = np.searchsorted(model.classes_, labels)
    return -float(np.log(np.maximum(made[np.arange(len(labels)), columns], 1e-12)).sum())


def measures(shown: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Right or wrong, and log loss, (N, 2): means over repeats of averages over views; shown: (N, V, R, K)."""
    mean = shown.mean(axis=1)
    right = mean.argmax(axis=2) == labels[:, None]
    likely = np.take_along_axis(mean, labels[:, None, None], axis=2)[..., 0]
    return np.stack([right.mean(axis=1), -np.log(np.maximum(likely, 1e-12)).mean(axis=1)], axis=1)


def intervals(values: np.ndarray, specimens: np.ndarray) -> list[tuple[float, float, float]]:
    """Mean and 95% interval of each column (N, M), from draws of specimens."""
    random, groups = np.random.default_rng(0), np.unique(specimens)
    sums = np.stack([values[specimens == group].sum(axis=0) for group in groups])
    sizes = np.array([(specimens == group).sum() for group in groups])
    drawn = random.integers(len(groups), size=(REPLICATES, len(groups)))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)[:, None]
    return [
        (values[:, column].mean(), *np.quantile(means[:, column], (0.025, 0.975))) for column in range(values.shape[1])
    ]


def cost() -> tuple[float, float]:
    """Seconds of the processor for eight views of a block, one after another and in one pass; the least of three."""
    network = timm_zoo.build(ARCHITECTURE, SIZE_PX, 3, 2).eval().to(memory_format=torch.channels_last)
    views = [
        view.contiguous(memory_format=torch.channels_last)
        for view in dihedral_views(torch.rand(BLOCK, 3, SIZE_PX, SIZE_PX))
    ]
    together = torch.cat(views).contiguous(memory_format=torch.channels_last)

    def seconds(blocks: list[torch.Tensor]) -> float:
        began = time.process_time()
        for block in blocks:
            network.features(block)
        return time.process_time() - began

    with torch.no_grad():
        network.features(views[0])
        taken = [(seconds(views), seconds([together])) for _ in range(3)]
    return min(each[0] for each in taken), min(each[1] for each in taken)


if __name__ == "__main__":
    main()
